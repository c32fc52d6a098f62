"""Who hears what happens to accounts: read with the client's registration, applied with it, and refused where it must not be."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from idp.oidc.events.vocabulary import UserEventName
from idp.oidc.models import EventReceiver
from idp.oidc.registry.files import RegistrationRefused, read_registrations
from idp.oidc.registry.sync import sync_clients
from idp.oidc.tests.registry.test_files import GOOD
from idp.oidc.tests.registry.test_sync import write

pytestmark = pytest.mark.django_db

SECRET = "s" * 40
VARIABLES = {"SHOP_EVENTS_SECRET": SECRET, "DEMO_API_ORIGIN": "https://api.example", "SHORT_SECRET": "s" * 31}
RECEIVER = {"endpoint": "${DEMO_API_ORIGIN}/events", "events": ["user.created"], "secret_env": "SHOP_EVENTS_SECRET"}
Sync = Callable[..., str]


@pytest.fixture
def sync(tmp_path: Path) -> Sync:
    """Apply a registration with this receiver, of a first-party client unless told otherwise; what became of it."""

    def apply(receiver: dict[str, Any] | None, **members: Any) -> str:  # noqa: ANN401 - members of a registration
        heard = {"event_receiver": receiver} if receiver is not None else {}
        file = write(tmp_path, {**GOOD, "first_party": True, **heard, **members})
        report = sync_clients(registrations=read_registrations(file, VARIABLES))
        return next(word for word in ("created", "changed", "unchanged") if getattr(report, word))

    return apply


def test_a_receiver_comes_changes_and_goes_with_its_client(sync: Sync) -> None:
    assert sync(RECEIVER) == "created"
    made = EventReceiver.objects.get()
    assert (made.endpoint, made.events, made.scopes) == ("https://api.example/events", ["user.created"], [])
    assert made.secret == SECRET
    assert sync(RECEIVER) == "unchanged"
    assert sync({**RECEIVER, "events": ["*"], "scopes": ["phone", "email"]}) == "changed"
    changed = EventReceiver.objects.get()
    # The same row: what waits for it is still for it.
    assert (changed.pk, changed.events, changed.scopes) == (made.pk, sorted(UserEventName), ["email", "phone"])
    assert sync(None) == "changed"
    assert not EventReceiver.objects.exists()


def test_its_secret_lies_sealed(sync: Sync) -> None:
    sync(RECEIVER)
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM oidc_eventreceiver")
        assert SECRET not in cursor.fetchone()[0]


@pytest.mark.spec("RFC 6750", "2.1")
@pytest.mark.parametrize(
    ("receiver", "sentence"),
    [
        ({**RECEIVER, "secret_env": "NOWHERE_SECRET"}, "the variable NOWHERE_SECRET is not set"),
        ({**RECEIVER, "secret_env": "SHORT_SECRET"}, "write 32 to 512 letters"),
        ({**RECEIVER, "secret_env": "DATABASE_URL"}, "secret_env"),
        ({**RECEIVER, "secret_env": ""}, "exactly one of secret_env and secret"),
        ({**RECEIVER, "secret": SECRET}, "exactly one of secret_env and secret"),
        ({**RECEIVER, "secret_env": "", "secret": "with spaces " * 4}, "write 32 to 512 letters"),
        ({**RECEIVER, "events": []}, "events"),
        ({**RECEIVER, "events": ["user.invented"]}, "events"),
        ({**RECEIVER, "scopes": ["orders"]}, "scopes"),
        ({**RECEIVER, "endpoint": "http://elsewhere.example/events"}, "http is only for this machine"),
        ({**RECEIVER, "endpoint": "${HOME}/events"}, "can be used here"),
        ({**RECEIVER, "colour": "green"}, "colour"),
    ],
)
def test_a_receiver_that_cannot_be_one_is_refused_by_name(sync: Sync, receiver: dict[str, Any], sentence: str) -> None:
    with pytest.raises(RegistrationRefused, match=r"client 'shop'.*" + sentence.replace(" ", r"\s")) as refused:
        sync(receiver)
    assert "with spaces" not in str(refused.value)


def test_news_of_everybody_is_for_the_platforms_own_clients(sync: Sync) -> None:
    with pytest.raises(RegistrationRefused, match="first_party clients only"):
        sync(RECEIVER, first_party=False)
