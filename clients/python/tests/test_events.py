"""The receiver of events: what it takes, once and in order; whatever else is sent it refuses as RFC 8935 says."""

import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connections
from django.dispatch import Signal
from django.utils import timezone

from fashionistar_auth import provider_keys
from fashionistar_auth.events import signals
from fashionistar_auth.events.apps import FashionistarEventsConfig
from fashionistar_auth.events.models import HandledEvent, KnownSubject
from fashionistar_auth.events.types import AccountEvent
from fashionistar_auth.events.vocabulary import NAMES
from tests.conftest import Configure
from tests.provider import SHOPPER, Provider, Reply
from tests.service.models import Account, Wallet
from tests.transmitter import CREATED, CREDENTIAL, KEY, OTHER_KEY, REACTIVATED, SESSION, SUSPENDED, Transmitter

pytestmark = pytest.mark.django_db


@pytest.fixture
def transmitter(provider: Provider) -> Transmitter:
    return Transmitter(provider)


@pytest.fixture
def heard() -> Iterator[list[AccountEvent]]:
    """What handlers of every event get, in order."""
    events: list[AccountEvent] = []
    with listening(signals.account_event, events.append):
        yield events


class listening:  # noqa: N801 - a context manager
    """A handler for the time of a block."""

    def __init__(self, signal: Signal, act: Callable[[AccountEvent], object]) -> None:
        self._signal = signal
        self._handler = lambda event, **_: act(event)

    def __enter__(self) -> None:
        self._signal.connect(self._handler)

    def __exit__(self, *_exc: object) -> None:
        self._signal.disconnect(self._handler)


def encoded(part: bytes) -> str:
    return urlsafe_b64encode(part).decode().rstrip("=")


def error_of(answer: Any) -> tuple[int, str]:  # noqa: ANN401 - Django's response
    """Status and code of a refusal, whose form is checked (RFC 8935 section 2.3)."""
    body = answer.json()
    assert body.keys() == {"err", "description"}
    assert body["description"].endswith(".")
    assert answer["Content-Language"] == "en"
    assert not HandledEvent.objects.exists()
    return answer.status_code, body["err"]


# --- What is taken --------------------------------------------------------------------------------------------------
@pytest.mark.spec("RFC 8935", "2.2")
def test_an_event_is_handled_and_answered_with_202_and_nothing(
    transmitter: Transmitter, heard: list[AccountEvent]
) -> None:
    with listening(signals.user_created, lambda event: Account.objects.create(id=event.sub)):
        answer = transmitter.push(transmitter.signed(transmitter.claims(members={"claims": {"email": "a@b.example"}})))
    assert (answer.status_code, answer.content) == (202, b"")
    (event,) = heard
    assert (event.name, event.sub, event.sid, event.sequence) == ("user.created", SHOPPER, None, 1)
    assert (event.account["role"], event.claims) == ("client", {"email": "a@b.example"})
    assert Account.objects.count() == 1


@pytest.mark.parametrize("uri", [uri for uri in NAMES if uri != SESSION])
def test_every_event_has_its_signal(transmitter: Transmitter, uri: str) -> None:
    got: list[str] = []
    with listening(signals.BY_NAME[NAMES[uri]], lambda event: got.append(event.name)):
        assert transmitter.tell(uri) == 202
    assert got == [NAMES[uri]]


def test_a_session_and_a_password(transmitter: Transmitter, heard: list[AccountEvent]) -> None:
    assert transmitter.tell(SESSION) == 202
    assert transmitter.tell(CREDENTIAL, members={"credential_type": "password"}) == 202
    assert [(event.name, event.sub, event.sid) for event in heard] == [
        ("user.session_revoked", SHOPPER, "s1"), ("user.password_changed", SHOPPER, None),
    ]  # fmt: skip


def test_a_kind_of_a_newer_provider_is_taken_and_left_alone(
    transmitter: Transmitter, heard: list[AccountEvent]
) -> None:
    assert transmitter.tell("https://schemas.fashionistar.net/secevent/event-type/account-merged") == 202
    assert heard == []


# --- Once, and in order ---------------------------------------------------------------------------------------------
def test_a_repeat_is_answered_and_not_handled(transmitter: Transmitter, heard: list[AccountEvent]) -> None:
    claims = transmitter.claims()
    for _attempt in range(3):
        assert transmitter.push(transmitter.signed(claims)).status_code == 202
    assert len(heard) == 1


def test_what_is_older_than_what_is_known_is_ignored(transmitter: Transmitter, heard: list[AccountEvent]) -> None:
    suspended, reactivated = transmitter.claims(SUSPENDED), transmitter.claims(REACTIVATED)
    assert transmitter.push(transmitter.signed(reactivated)).status_code == 202
    assert transmitter.push(transmitter.signed(suspended)).status_code == 202
    assert [event.name for event in heard] == ["user.reactivated"]
    # Of another account it says nothing.
    other = {"format": "iss_sub", "iss": transmitter.provider.issuer, "sub": "somebody-else"}
    assert transmitter.tell(SUSPENDED, sub_id=other, members={"sequence": 1}) == 202
    assert len(heard) == 2


@pytest.mark.parametrize("uri", [SESSION, CREDENTIAL])
def test_what_is_to_be_dropped_is_dropped_however_late(
    transmitter: Transmitter, heard: list[AccountEvent], uri: str
) -> None:
    late = transmitter.claims(uri)
    assert transmitter.tell(SUSPENDED) == 202
    assert transmitter.push(transmitter.signed(late)).status_code == 202
    # And it does not make the account's state look newer than it is.
    assert KnownSubject.objects.get().sequence == 2
    assert len(heard) == 2


def test_a_handler_that_fails_leaves_nothing_and_hears_of_it_again(transmitter: Transmitter) -> None:
    claims, fails = transmitter.claims(), [True]

    def make(event: AccountEvent) -> None:
        Wallet.objects.create(account=Account.objects.create(id=event.sub))
        if fails:
            raise RuntimeError("the ledger does not answer")

    with listening(signals.user_created, make):
        assert transmitter.push(transmitter.signed(claims)).status_code == 500
        assert not Account.objects.exists()
        assert not HandledEvent.objects.exists()
        fails.clear()
        assert transmitter.push(transmitter.signed(claims)).status_code == 202
    assert Wallet.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_one_event_delivered_many_times_at_once_one_is_handled(transmitter: Transmitter) -> None:
    token = transmitter.signed(transmitter.claims())

    def push(_number: int) -> int:
        try:
            return transmitter.push(token).status_code
        finally:
            connections.close_all()

    with (
        listening(
            signals.user_created, lambda event: Wallet.objects.create(account=Account.objects.create(id=event.sub))
        ),
        ThreadPoolExecutor(6) as pool,
    ):
        assert set(pool.map(push, range(6))) == {202}
    assert Wallet.objects.count() == 1


def test_old_ids_are_forgotten(transmitter: Transmitter) -> None:
    transmitter.tell()
    call_command("prune_events")
    assert HandledEvent.objects.count() == 1
    HandledEvent.objects.update(received_at=timezone.now() - timedelta(days=121))
    call_command("prune_events")
    assert HandledEvent.objects.count() == 0


# --- What is refused ------------------------------------------------------------------------------------------------
@pytest.mark.spec("RFC 8935", "2.3")
@pytest.mark.parametrize("secret", ["", "wrong", "events-secret-" + "f" * 32])
def test_whoever_does_not_know_the_secret_is_refused(transmitter: Transmitter, secret: str) -> None:
    answer = transmitter.push(transmitter.signed(transmitter.claims()), secret=secret)
    assert error_of(answer) == (401, "authentication_failed")
    assert answer["WWW-Authenticate"] == "Bearer"
    # Nothing was verified for a stranger.
    assert transmitter.provider.seen == []


@pytest.mark.spec("RFC 8725", "3.1")
@pytest.mark.spec("RFC 8725", "3.11")
@pytest.mark.parametrize(
    ("header", "err"),
    [
        ({"typ": "JWT"}, "invalid_request"),
        ({"typ": "logout+jwt"}, "invalid_request"),
        ({"typ": "at+jwt"}, "invalid_request"),
        ({"kid": "unknown"}, "invalid_key"),
        ({"crit": ["exp"], "exp": 1}, "invalid_request"),
        ({"jku": "https://evil.example/keys"}, "invalid_request"),
    ],
)
def test_a_header_that_is_not_ours(transmitter: Transmitter, header: dict[str, Any], err: str) -> None:
    token = transmitter.signed(transmitter.claims()).split(".")
    good = {"alg": "RS256", "typ": "secevent+jwt", "kid": "k1"} | header
    token[0] = urlsafe_b64encode(json.dumps(good).encode()).decode().rstrip("=")
    assert error_of(transmitter.push(".".join(token))) == (400, err)


@pytest.mark.spec("RFC 8725", "3.1")
@pytest.mark.parametrize("algorithm", ["none", "None", "HS256", "RS1", ""])
def test_no_signature_and_a_secret_anybody_has(transmitter: Transmitter, algorithm: str) -> None:
    header = urlsafe_b64encode(json.dumps({"alg": algorithm, "typ": "secevent+jwt", "kid": "k1"}).encode()).decode()
    claims = urlsafe_b64encode(json.dumps(transmitter.claims()).encode()).decode().rstrip("=")
    assert error_of(transmitter.push(f"{header.rstrip('=')}.{claims}.c2ln"))[1] == "invalid_key"
    assert error_of(transmitter.push(f"{header.rstrip('=')}.{claims}."))[1] == "invalid_request"


def test_a_signature_made_with_the_public_key_as_a_secret(transmitter: Transmitter) -> None:
    parts = [{"alg": "HS256", "typ": "secevent+jwt", "kid": "k1"}, transmitter.claims()]
    signed = ".".join(encoded(json.dumps(part).encode()) for part in parts)
    signature = hmac.digest(KEY.as_pem(private=False), signed.encode(), "sha256")
    assert error_of(transmitter.push(f"{signed}.{encoded(signature)}")) == (400, "invalid_key")


def test_another_key_and_a_changed_token(transmitter: Transmitter) -> None:
    foreign = transmitter.signed(transmitter.claims(), key=OTHER_KEY, alg="ES256", kid="k1")
    assert error_of(transmitter.push(foreign)) == (400, "invalid_key")
    head, _claims, signature = transmitter.signed(transmitter.claims()).split(".")
    changed = urlsafe_b64encode(json.dumps(transmitter.claims(SUSPENDED)).encode()).decode().rstrip("=")
    assert error_of(transmitter.push(f"{head}.{changed}.{signature}")) == (400, "invalid_key")


@pytest.mark.spec("RFC 8417", "2.2")
@pytest.mark.spec("RFC 8417", "4.6")
@pytest.mark.parametrize(
    ("changes", "err"),
    [
        ({"iss": "https://evil.example"}, "invalid_issuer"),
        ({"aud": "another-service"}, "invalid_audience"),
        ({"aud": []}, "invalid_audience"),
        ({"iat": int(time.time()) - 3600}, "invalid_request"),
        ({"iat": int(time.time()) + 3600}, "invalid_request"),
        ({"iat": "now"}, "invalid_request"),
        ({"jti": None}, "invalid_request"),
        ({"jti": ""}, "invalid_request"),
        ({"jti": "j" * 65}, "invalid_request"),
        ({"events": None}, "invalid_request"),
        ({"events": {}}, "invalid_request"),
        ({"events": {CREATED: {}, SUSPENDED: {}}}, "invalid_request"),
        ({"events": {CREATED: {}}}, "invalid_request"),
        ({"sub_id": None}, "invalid_request"),
        ({"sub_id": {"format": "email", "email": "ada@example.com"}}, "invalid_request"),
        ({"sub_id": {"format": "iss_sub", "iss": "https://evil.example", "sub": SHOPPER}}, "invalid_issuer"),
        # An ID token, an access token or a logout token under the type of an event.
        ({"sub": SHOPPER}, "invalid_request"),
        ({"exp": int(time.time()) + 600}, "invalid_request"),
    ],
)
def test_claims_that_are_not_for_us(transmitter: Transmitter, changes: dict[str, Any], err: str) -> None:
    assert error_of(transmitter.push(transmitter.signed(transmitter.claims(**changes)))) == (400, err)


def test_an_id_token_is_no_event(transmitter: Transmitter) -> None:
    now = int(time.time())
    claims = {"iss": transmitter.provider.issuer, "aud": "demo api", "sub": SHOPPER, "iat": now, "exp": now + 600}
    assert error_of(transmitter.push(transmitter.signed(claims, typ="JWT"))) == (400, "invalid_request")
    assert error_of(transmitter.push(transmitter.signed(claims))) == (400, "invalid_request")


def test_a_session_without_an_end_of_it_and_the_reverse(transmitter: Transmitter) -> None:
    subject = transmitter.claims(SESSION)["sub_id"]
    assert error_of(transmitter.push(transmitter.signed(transmitter.claims(CREATED, sub_id=subject)))) == (
        400, "invalid_request",
    )  # fmt: skip
    subject = transmitter.claims()["sub_id"]
    assert transmitter.tell(SESSION, sub_id=subject) == 400


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        ("e" * 16_385, "application/secevent+jwt", 413),
        ("{}", "application/json", 415),
        ("jwt=e.e.e", "application/x-www-form-urlencoded", 415),
        ("e.e", "application/secevent+jwt", 400),
        ("e.e.e", "application/secevent+jwt", 400),
        ("\u00fc.e.e", "application/secevent+jwt", 400),
    ],
)
def test_bodies_that_are_no_event(transmitter: Transmitter, body: str, content_type: str, status: int) -> None:
    answer = transmitter.push(body, content_type=content_type)
    assert error_of(answer) == (status, "invalid_request")


def test_only_post(ask: Callable[..., Any]) -> None:
    assert ask("/events").status_code == 405


@pytest.mark.parametrize("shown", ["", "anything-of-32-characters-or-more"])
def test_a_service_whose_secret_is_gone_believes_nobody(
    transmitter: Transmitter, configure: Configure, shown: str
) -> None:
    token = transmitter.signed(transmitter.claims())
    configure(events_secret=None)
    assert error_of(transmitter.push(token, secret=shown)) == (401, "authentication_failed")


# --- Keys -----------------------------------------------------------------------------------------------------------
def test_keys_are_asked_for_once_and_again_for_a_new_one(
    transmitter: Transmitter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked() -> int:
        return len([seen for seen in transmitter.provider.seen if seen.path == "/oauth2/jwks"])

    assert [transmitter.tell(), transmitter.tell(SUSPENDED)] == [202, 202]
    assert asked() == 1
    transmitter.publish(KEY, OTHER_KEY)
    rotated = transmitter.signed(transmitter.claims(REACTIVATED), key=OTHER_KEY, alg="ES256", kid="k2")
    # Within the pause nobody is asked: a sender of invented ids cannot make us.
    assert transmitter.push(rotated).status_code == 400
    assert asked() == 1
    monkeypatch.setattr(provider_keys, "PAUSE", 0.0)
    assert transmitter.push(rotated).status_code == 202
    assert asked() == 2
    # One that was withdrawn counts no more, once what we have is old.
    monkeypatch.setattr(provider_keys, "FRESH", -1.0)
    transmitter.publish(OTHER_KEY)
    assert transmitter.tell(SUSPENDED) == 400


@pytest.mark.parametrize(
    "reply",
    [
        Reply(status=500),
        Reply(body=b"nonsense"),
        Reply(body=b'{"keys": "no"}'),
        Reply(body=b'{"keys": [{"kty": "x"}]}'),
    ],
)
def test_without_keys_nothing_is_believed_and_the_provider_is_asked_to_wait(
    transmitter: Transmitter, reply: Reply, heard: list[AccountEvent]
) -> None:
    token = transmitter.signed(transmitter.claims())
    transmitter.provider.reply = reply
    for _attempt in range(2):
        answer = transmitter.push(token)
        assert (answer.status_code, answer["Retry-After"], answer.content) == (503, "5", b"")
    assert heard == []


def test_a_service_without_a_secret_does_not_start(configure: Configure) -> None:
    configure(events_secret=None)
    with pytest.raises(ImproperlyConfigured, match="EVENTS_SECRET"):
        FashionistarEventsConfig("fashionistar_auth.events", __import__("fashionistar_auth.events").events).ready()
