"""What is pushed to a receiver, what its answers lead to, and that one account's news come in order."""

import json
from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from time_machine import TimeMachineFixture

from idp.accounts.models import User
from idp.accounts.roles import Role
from idp.accounts.schemas import ProfileChange
from idp.accounts.services.change_role import change_role
from idp.accounts.services.erasure import schedule_erasure
from idp.accounts.services.set_active import set_active
from idp.accounts.services.update_profile import update_profile
from idp.audit.types import Event
from idp.core import clock
from idp.login.models import SsoSession
from idp.login.services.end_session import end_session
from idp.oidc.events.chores import forget_old_events
from idp.oidc.events.delivery import USER_EVENT
from idp.oidc.events.vocabulary import URIS, news_of
from idp.oidc.models import Client, EventReceiver, UserEvent
from idp.oidc.tests.events.listener import SECRET, Listener, decoded, listen, listening, refusal
from idp.oidc.tests.fixtures import signed_in
from idp.oidc.tests.logout.receiver import deliver_due
from idp.outbox.models import Message
from idp.outbox.services.replay import replay
from idp.privacy.services.erase import erase_account

pytestmark = pytest.mark.django_db

RISC = "https://schemas.openid.net/secevent/risc/event-type"
CAEP = "https://schemas.openid.net/secevent/caep/event-type"


@pytest.fixture
def listener(clients: None, user: User) -> Iterator[Listener]:
    """`second-web` hears of everything from here on, and of the person no more than the id."""
    with listening() as made:
        listen("second-web", made.endpoint)
        yield made


def suspend_and_back(user: User) -> None:
    set_active(user_id=user.pk, active=False)
    set_active(user_id=user.pk, active=True)


def deliver_all() -> None:
    """As a worker does: what is due now, and what becomes free by that."""
    while deliver_due():
        pass


def an_hour_later(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(clock.now() + clock.seconds(3601))


# --- What is said -------------------------------------------------------------------------------------------------------
@pytest.mark.spec("RFC 8417", "2.2")
@pytest.mark.spec("RFC 8417", "2.3")
@pytest.mark.spec("RFC 8935", "2.1")
@pytest.mark.spec("RFC 9493", "3.2.4")
@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_a_change_is_pushed_as_a_security_event_token_and_nothing_else(listener: Listener, user: User, algorithm: str) -> None:
    Client.objects.filter(client_id="second-web").update(id_token_signed_response_alg=algorithm)
    set_active(user_id=user.pk, active=False)
    # The change is made; the backend hears it from the worker.
    assert listener.heard == []
    (message,) = deliver_due()
    assert (message.delivered_at is not None, message.payload) == (True, None)

    ((headers, token),) = listener.heard
    assert (headers["Content-Type"], headers["Accept"]) == ("application/secevent+jwt", "application/json")
    assert headers["Authorization"] == f"Bearer {SECRET}"
    assert decoded(token).header | {"kid": ""} == {"alg": algorithm, "typ": "secevent+jwt", "kid": ""}
    said, event = dict(decoded(token).claims), UserEvent.objects.get()
    assert said["iat"] >= said.pop("toe")
    assert clock.epoch(clock.now()) - said.pop("iat") <= 60
    assert said == {
        "iss": "http://localhost:8000",
        "aud": "second-web",
        "jti": str(message.id),
        "txn": event.txn,
        "sub_id": {"format": "iss_sub", "iss": "http://localhost:8000", "sub": str(user.pk)},
        "events": {
            f"{RISC}/account-disabled": {
                "sequence": event.number,
                "event_timestamp": clock.epoch(event.at),
                "account": {
                    "role": "client", "roles": ["client"], "is_staff": False, "is_active": False, "is_verified": True,
                    "auth_provider": "email",
                },
                "claims": {},
            }
        },
    }  # fmt: skip


@pytest.mark.spec("OpenID CAEP", "3.1")
def test_a_session_that_ended_is_named_in_the_subject(listener: Listener, user: User) -> None:
    signed_in(user)
    session = SsoSession.objects.get(user=user)
    end_session(sid=session.pk, reason="logout")
    deliver_all()
    (claims,) = listener.tokens
    assert claims["sub_id"] == {
        "format": "complex",
        "user": {"format": "iss_sub", "iss": "http://localhost:8000", "sub": str(user.pk)},
        "session": {"format": "opaque", "id": str(session.pk)},
    }
    assert listener.said[0][0] == f"{CAEP}/session-revoked"
    assert listener.said[0][1]["reason"] == "logout"


@pytest.mark.spec("OpenID CAEP", "3.2")
def test_a_password_and_a_factor_are_told_apart_by_the_kind_of_credential() -> None:
    told = [
        news_of(Event.PASSWORD_CHANGED, {"via": "account"}, None)[0],
        news_of(Event.FACTOR_ADDED, {"kind": "totp", "factor": "1"}, None)[0],
        news_of(Event.FACTOR_REMOVED, {"kind": "passkey"}, None)[0],
        news_of(Event.FACTORS_RESET, {"reason": "called"}, None)[0],
    ]
    assert {URIS[name] for name, _facts in told} == {f"{CAEP}/credential-change"}
    assert [(facts["credential_type"], facts["change_type"]) for _name, facts in told] == [
        ("password", "update"), ("app", "create"), ("passkey", "delete"), ("all", "delete"),
    ]  # fmt: skip


def test_personal_claims_go_to_whom_they_are_registered_for(listener: Listener, user: User) -> None:
    with listening() as other:
        listen("other-spa", other.endpoint, scopes=("email", "profile"))
        update_profile(user_id=user.pk, change=ProfileChange(given_name="Ada", family_name="Obi"))
        deliver_all()
        ((_uri, blind),), ((_uri, told),) = listener.said, other.said
    assert blind["claims"] == {}
    assert (told["claims"]["email"], told["claims"]["given_name"]) == (user.email, "Ada")
    assert "phone_number" not in told["claims"]
    assert blind["fields"] == ["family_name", "given_name", "name"]


def test_what_waits_holds_no_personal_data_and_an_erased_person_has_none(listener: Listener, user: User) -> None:
    EventReceiver.objects.update(scopes=["email", "profile"])
    listener.is_down = True
    update_profile(user_id=user.pk, change=ProfileChange(given_name="Canary"))
    schedule_erasure(user_id=user.pk, due_at=clock.now())
    assert erase_account(user.pk)
    address = str(user.email)
    waiting = list(Message.objects.filter(kind=USER_EVENT))
    assert len(waiting) >= 4
    stored = "".join(str(message.payload) for message in waiting) + json.dumps(
        list(UserEvent.objects.values("name", "account", "facts", "txn"))
    )
    assert "Canary" not in stored
    assert address not in stored

    listener.is_down = False
    deliver_all()
    assert [event["claims"] for _uri, event in listener.said] == [{}] * len(waiting)
    assert listener.said[-1][0] == f"{RISC}/account-purged"


# --- What answers lead to -------------------------------------------------------------------------------------------------
@pytest.mark.spec("RFC 8935", "2.2")
@pytest.mark.spec("RFC 8935", "2.3")
@pytest.mark.parametrize("answer", [(200, ""), (204, ""), (302, ""), (400, "<html>"), (401, ""), (404, ""), (500, ""), (503, "")])
def test_whatever_is_not_202_is_tried_again(
    listener: Listener, user: User, answer: tuple[int, str], time_machine: TimeMachineFixture
) -> None:
    listener.answers = [answer]
    set_active(user_id=user.pk, active=False)
    (message,) = deliver_due()
    assert (message.delivered_at, message.dead_at) == (None, None)
    an_hour_later(time_machine)
    (message,) = deliver_due()
    assert message.delivered_at is not None
    assert [claims["jti"] for claims in listener.tokens] == [str(message.id)] * 2


@pytest.mark.spec("RFC 8935", "2.4")
@pytest.mark.parametrize(("err", "kept"), [("invalid_audience", "400 invalid_audience"), ("ada@example.com", "400")])
def test_of_a_refusal_only_the_words_of_the_specification_are_kept(listener: Listener, user: User, err: str, kept: str) -> None:
    listener.answers = [refusal(err)]
    set_active(user_id=user.pk, active=False)
    (message,) = deliver_due()
    assert message.last_error == f"the receiver answered {kept}"


def test_an_event_is_given_up_after_three_days_and_can_be_sent_again(
    listener: Listener, user: User, time_machine: TimeMachineFixture
) -> None:
    listener.is_down = True
    set_active(user_id=user.pk, active=False)
    for _hour in range(80):
        deliver_due()
        an_hour_later(time_machine)
    message = Message.objects.get(kind=USER_EVENT)
    assert message.dead_at is not None
    listener.is_down = False
    assert replay(message_id=message.pk)
    deliver_all()
    assert [claims["jti"] for claims in listener.tokens] == [str(message.pk)]
    assert forget_old_events() == 0
    time_machine.move_to(clock.now() + clock.seconds(101 * 24 * 3600))
    assert forget_old_events() == 1


def test_an_event_that_was_forgotten_meanwhile_is_no_delivery(listener: Listener, user: User) -> None:
    """Sent again so late that nobody knows any more what it said: the receiver never heard it, and staff see that."""
    set_active(user_id=user.pk, active=False)
    UserEvent.objects.all().delete()
    (message,) = deliver_due()
    assert (message.delivered_at, message.dead_at is not None) == (None, True)
    assert message.last_error == "the event is forgotten"
    assert listener.heard == []


def test_who_is_no_receiver_any_more_is_told_nothing(listener: Listener, user: User) -> None:
    suspend_and_back(user)
    Client.objects.filter(client_id="second-web").update(enabled=False)
    (message,) = deliver_due()
    assert (message.delivered_at is not None, listener.heard) == (True, [])


# --- In order -------------------------------------------------------------------------------------------------------------
def test_one_that_fails_holds_back_that_account_and_no_other(
    listener: Listener, user: User, make_user: Callable[..., User], time_machine: TimeMachineFixture
) -> None:
    other = make_user()
    deliver_all()
    listener.answers = [(500, "")]
    suspend_and_back(user)
    change_role(user_id=user.pk, role=Role.VENDOR)
    suspend_and_back(other)
    deliver_all()
    # The first attempt of the first event failed; the other account's went out.
    assert {who: len(numbers) for who, numbers in listener.handled.items()} == {str(user.pk): 1, str(other.pk): 3}
    an_hour_later(time_machine)
    deliver_all()
    numbers = listener.handled[str(user.pk)]
    assert numbers == sorted(numbers)
    assert len(numbers) == 3


@pytest.mark.parametrize("down_hours", [1, 30])
def test_a_receiver_that_was_down_gets_everything_in_order(
    listener: Listener, user: User, make_user: Callable[..., User], time_machine: TimeMachineFixture, down_hours: int
) -> None:
    listener.is_down = True
    others = [make_user() for _ in range(3)]
    for person in [user, *others]:
        suspend_and_back(person)
    for _tenth in range(10 * down_hours):
        deliver_due()
        time_machine.move_to(clock.now() + clock.seconds(360))
    listener.is_down = False
    for _half_hour in range(3):
        deliver_all()
        time_machine.move_to(clock.now() + clock.seconds(1800))
    assert {who: len(numbers) for who, numbers in listener.handled.items()} == {
        str(user.pk): 2,
        **{str(other.pk): 3 for other in others},
    }
    for numbers in listener.handled.values():
        assert numbers == sorted(numbers)
    assert not Message.objects.filter(kind=USER_EVENT, delivered_at=None).exists()


def test_nobody_listening_costs_one_query_and_each_receiver_one_more(user: User, clients: None) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            set_active(user_id=user.pk, active=not User.objects.get(pk=user.pk).is_active)
        return len([query for query in asked if "oidc_" in query["sql"] or "outbox" in query["sql"]])

    set_active(user_id=user.pk, active=False)
    assert queries() == 1
    set_active(user_id=user.pk, active=False)
    listen("second-web", "https://one.example/events")
    assert queries() == 3
    set_active(user_id=user.pk, active=False)
    listen("other-spa", "https://two.example/events")
    assert queries() == 4
