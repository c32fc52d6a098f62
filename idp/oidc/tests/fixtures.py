"""Fixtures of every test that needs clients, keys or a signed-in browser. Clients come through the real registry."""

import copy
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connection, transaction

from idp.accounts.models import User
from idp.accounts.roles import Role
from idp.copies import trust
from idp.oidc.jose.keys import ensure_active_keys
from idp.oidc.models import Client, EventReceiver, SigningKey
from idp.oidc.registry.files import read_all, read_registrations
from idp.oidc.registry.schema import ClientRegistration
from idp.oidc.registry.sync import sync_clients
from idp.tests.journey import Browser
from idp.tests.parties import SECRETS
from idp.tests.sign_in import session_cookies

REGISTRY = Path(settings.BASE_DIR) / "clients" / "registry"
# The platform's own clients, and those of the demo.
REGISTRIES = (REGISTRY, REGISTRY / "demo")
# `with costs(3):` fails unless its body costs the database three statements.
Count = Callable[[int], AbstractContextManager[Any]]
ALL_PERSONAL = "openid profile email phone address roles offline_access orders"

# Registrations that the platform itself does not have: whatever the rules distinguish.
EXTRA: list[dict[str, Any]] = [
    {
        "client_id": "third-web", "client_name": "Third Party & Sons", "client_secret": SECRETS["third-web"],
        "redirect_uris": ["https://third.example/cb", "https://third.example/cb?keep=1"],
        "post_logout_redirect_uris": ["https://third.example/bye", "https://third.example/bye?x=1"],
        "grant_types": ["authorization_code", "refresh_token"], "scope": ALL_PERSONAL,
        "default_resource": "https://api.example",
    },
    {
        "client_id": "second-web", "client_name": "Second", "client_secret": SECRETS["second-web"], "first_party": True,
        "redirect_uris": ["https://second.example/cb"], "scope": "openid profile email orders",
        "post_logout_redirect_uris": ["https://second.example/bye"],
        "grant_types": ["authorization_code", "client_credentials"],
        "id_token_claims": ["email", "name", "phone_number", "sub", "iss", "aud", "nonce", "exp", "acr", "sid"],
    },
    {
        "client_id": "post-web", "client_name": "Posting", "client_secret": SECRETS["post-web"], "first_party": True,
        "token_endpoint_auth_method": "client_secret_post", "redirect_uris": ["https://post.example/cb"],
        "scope": "openid email orders",
    },
    {
        "client_id": "ps256-app", "client_name": "PS256 app", "token_endpoint_auth_method": "none", "first_party": True,
        "redirect_uris": ["https://ps256.example/cb"], "scope": ALL_PERSONAL, "id_token_signed_response_alg": "PS256",
        "grant_types": ["authorization_code", "refresh_token"], "default_resource": "https://api.example",
    },
    {
        "client_id": "eddsa-app", "client_name": "EdDSA app", "token_endpoint_auth_method": "none", "first_party": True,
        "redirect_uris": ["https://eddsa.example/cb"], "scope": ALL_PERSONAL, "id_token_signed_response_alg": "EdDSA",
        "grant_types": ["authorization_code", "refresh_token"], "default_resource": "https://api.example",
    },
    {
        "client_id": "other-spa", "client_name": "Other SPA", "token_endpoint_auth_method": "none", "first_party": True,
        "redirect_uris": ["https://other-spa.example/callback"], "scope": "openid email orders",
        "allowed_origins": ["https://embedded.example"], "id_token_signed_response_alg": "ES256",
    },
    {
        "client_id": "native-app", "client_name": "Native", "token_endpoint_auth_method": "none",
        "application_type": "native", "allowed_schemes": ["com.example.app"], "scope": "openid email orders",
        "redirect_uris": [
            "https://app.example/cb", "com.example.app:/cb", "http://127.0.0.1/cb", "http://[::1]/cb", "http://localhost/cb",
        ],
    },
    {
        "client_id": "resource-server", "client_name": "API", "client_secret": SECRETS["resource-server"],
        "grant_types": ["client_credentials"], "scope": "orders openid", "resource_identifiers": ["https://api.example"],
        "default_resource": "https://api.example",
    },
    {
        "client_id": "no-pkce", "client_name": "Certification", "client_secret": SECRETS["no-pkce"], "first_party": True,
        "redirect_uris": ["https://suite.example/cb"], "scope": "openid email orders", "require_pkce": False,
    },
    {
        "client_id": "staff-desk", "client_name": "Staff desk", "token_endpoint_auth_method": "none", "first_party": True,
        "redirect_uris": ["https://desk.example/cb"], "scope": "openid profile admin",
        "grant_types": ["authorization_code", "refresh_token"],
    },
    {
        "client_id": "disabled-web", "client_name": "Disabled", "client_secret": SECRETS["disabled-web"],
        "redirect_uris": ["https://disabled.example/cb"], "scope": "openid email orders",
    },
]  # fmt: skip

# Making an RSA key takes a quarter of a second and applying the registry half of that, so the rows of the first test, made by
# the real services, are copied for all others: by the statements that wrote the copies first.
_statements: list[tuple[str, Any]] = []


def deployment() -> dict[str, str]:
    """The variables that registrations of the platform are read with."""
    environment = settings.ENVIRONMENT
    return {
        "IDP_ISSUER": environment.issuer,
        "DEMO_SPA_ORIGIN": environment.demo_spa_origin,
        "DEMO_API_ORIGIN": environment.demo_api_origin,
        **{f"{name.upper().replace('-', '_')}_CLIENT_SECRET": secret for name, secret in SECRETS.items()},
        "DEMO_API_EVENTS_SECRET": "events-" + "e" * 40,
    }


def read_entries(entries: list[dict[str, Any]], folder: Path) -> list[ClientRegistration]:
    """Registrations as an operator hands them in: a JSON file."""
    file = folder / "clients.json"
    file.write_text(json.dumps(entries))
    return read_registrations(file, deployment())


@pytest.fixture(scope="session")
def registrations(tmp_path_factory: pytest.TempPathFactory) -> list[ClientRegistration]:
    """The platform's registrations and those of `EXTRA`."""
    return read_all(REGISTRIES, deployment()) + read_entries(EXTRA, tmp_path_factory.mktemp("registry"))


@pytest.fixture
def clients(db: None, registrations: list[ClientRegistration]) -> None:
    """Every client in the table, `disabled-web` switched off, and the signing keys."""
    if _statements:
        with connection.cursor() as cursor:
            for sql, parameters in _statements:
                cursor.execute(sql, parameters)
        return
    sync_clients(registrations=registrations)
    listed = [entry for entry in registrations if entry.client_id != "disabled-web"]
    sync_clients(registrations=listed, prune=True)
    ensure_active_keys()
    # A test whose subject they are names its own: nobody else's queries are to be counted with theirs.
    EventReceiver.objects.all().delete()
    _keep_statements(list(Client.objects.all()), list(SigningKey.objects.all()))
    # What happened to these rows until now is no part of any test.
    caches["copies"].clear()


def _keep_statements(clients: list[Client], keys: list[SigningKey]) -> None:
    """How these rows are inserted anew, found out by doing so and taking it back."""

    def note(execute: Callable[..., Any], sql: str, parameters: Any, many: bool, context: dict[str, Any]) -> Any:  # noqa: ANN401, FBT001 - as Django calls it
        if sql.startswith("INSERT"):
            _statements.append((sql, parameters))
        return execute(sql, parameters, many, context)

    with transaction.atomic():
        Client.objects.all().delete()
        SigningKey.objects.all().delete()
        with connection.execute_wrapper(note):
            Client.objects.bulk_create([_without_pk(client) for client in clients])
            SigningKey.objects.bulk_create(keys)
        transaction.set_rollback(True)


def _without_pk(client: Client) -> Client:
    copied = copy.copy(client)
    copied.pk = None
    copied._state = copy.copy(client._state)
    copied._state.adding = True
    return copied


@pytest.fixture
def shopper(make_user: Callable[..., User]) -> User:
    """A person whose every claim has a value."""
    person = make_user(
        email="ada@example.com", phone_number="+2348031234567", verified=True, role=Role.CLIENT,
        profile={
            "name": "Ada Obi", "given_name": "Ada", "family_name": "Obi", "middle_name": "Ify", "nickname": "Ada",
            "preferred_username": "ada", "profile": "https://example.com/ada", "picture": "https://example.com/ada.jpg",
            "website": "https://ada.example", "gender": "female", "birthdate": "1990-12-31", "zoneinfo": "Africa/Lagos",
            "locale": "en-NG", "address": {"locality": "Lagos", "country": "NG"},
        },
    )  # fmt: skip
    # The backend gives it out later.
    person.member_id = "M-1001"
    person.save(update_fields=["member_id"])
    return person


@pytest.fixture
def browser(clients: None, shopper: User) -> Browser:
    """The shopper's browser, signed in."""
    return signed_in(shopper)


@pytest.fixture
def stranger(clients: None) -> Browser:
    """A browser nobody is signed in in, with an empty cookie jar."""
    return Browser()


@pytest.fixture
def costs(django_assert_num_queries: Count, monkeypatch: pytest.MonkeyPatch) -> Count:
    """Counts statements, without the look for undelivered marks that a process with Redis takes once a second."""
    monkeypatch.setattr(trust, "_LOOK_SECONDS", 3600)
    if settings.IDP_COPIES:
        trust.is_given()
    return django_assert_num_queries


def signed_in(person: User) -> Browser:
    """A fresh browser in which this person is signed in."""
    browser = Browser()
    browser.http.cookies.load(dict(session_cookies(person)))
    return browser
