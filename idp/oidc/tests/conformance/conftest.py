"""The ground of an acceptance run, laid as docs/conformance.md tells an operator to lay it."""

from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from pytest_django.fixtures import Settings

from idp.accounts.models import User
from idp.oidc.tests.fixtures import deployment
from idp.tests.journey import PASSWORD

ROOT = Path(django_settings.BASE_DIR)
REGISTRATIONS = ROOT / "clients" / "registry" / "conformance"
PERSON_FILE = ROOT / "docs" / "conformance-person.json"


@pytest.fixture(autouse=True)
def ground(clients: None, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> User:
    """Clients and person by the operator's own commands, PKCE not asked of them; keys and other clients are there already."""
    settings.IDP_ALLOW_CLIENTS_WITHOUT_PKCE = True
    for name, value in deployment().items():
        monkeypatch.setenv(name, value)
    call_command("sync_clients", str(REGISTRATIONS))
    call_command("create_user", "--profile", str(PERSON_FILE), "--password", PASSWORD, "--verified")
    return User.objects.get()
