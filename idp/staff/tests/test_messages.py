"""What was given up is sent again by a super administrator, on record; what was forgotten, or is no dead letter, by nobody."""

import uuid
from collections.abc import Callable

import pytest
from django.db import connection

from idp.accounts.models import User
from idp.accounts.roles import Role
from idp.audit.models import SecurityEvent
from idp.audit.selectors import pseudonym_of
from idp.audit.types import Event
from idp.core import clock
from idp.oidc.tests.fixtures import signed_in
from idp.outbox.models import Message
from idp.outbox.selectors import due_messages
from idp.tests.database_faults import failing
from idp.tests.journey import Browser, page_of

SEND_AGAIN = "send-again"


def _given_up(**other: object) -> Message:
    """An event that its receiver refused for three days."""
    given = {"kind": "oidc.user_event", "receiver": "backend.example", "payload": "canary", "expires_at": clock.now(), **other}
    return Message.objects.create(**{"dead_at": clock.now(), "last_error": "the receiver answered 503", **given})


def _address(message: Message) -> str:
    return f"/admin/message/{message.pk}"


def _question(browser: Browser, message: Message) -> str:
    """The address of the act, reached from the list."""
    assert _address(message) in page_of(browser.open("/admin/message/")).links
    address = f"{_address(message)}/{SEND_AGAIN}"
    assert address in page_of(browser.open(_address(message))).links
    return address


def test_a_dead_letter_is_sent_again_and_it_is_on_record(changing: Browser, chief: User) -> None:
    message = _given_up()
    page = changing.submit(changing.open(_question(changing, message)))
    assert page_of(page).texts["form-alert"].strip() == "The message is due now and will be sent again."
    assert SEND_AGAIN not in str(page_of(page).links)
    assert message.pk in [due.pk for due in due_messages(at=clock.now(), limit=99)]
    (row,) = SecurityEvent.objects.filter(event=Event.MESSAGE_REPLAYED)
    assert row.detail == {"message": str(message.pk), "kind": "oidc.user_event", "by": pseudonym_of(chief.pk)}


def test_its_page_says_why_and_shows_nothing_of_what_is_in_it(looking: Browser) -> None:
    page = page_of(looking.open(_address(_given_up())))
    assert "the receiver answered 503" in page.text
    assert "canary" not in page.text


@pytest.mark.parametrize("other", [
    {"payload": None}, {"dead_at": None}, {"dead_at": None, "delivered_at": clock.now(), "payload": None},
], ids=["forgotten", "waiting", "delivered"])  # fmt: skip
def test_what_is_no_dead_letter_is_not_sent_again(changing: Browser, other: dict[str, object]) -> None:
    message = _given_up(**other)
    before = Message.objects.filter(pk=message.pk).values().get()
    assert SEND_AGAIN not in str(page_of(changing.open(_address(message))).links)
    # Whoever kept the page of the question changes nothing either, and is not told otherwise.
    answer = changing.submit(changing.open(f"{_address(message)}/{SEND_AGAIN}"))
    assert ("form-alert" in page_of(answer).texts) is (message.dead_at is None and message.delivered_at is None)
    assert Message.objects.filter(pk=message.pk).values().get() == before
    assert not SecurityEvent.objects.filter(event=Event.MESSAGE_REPLAYED).exists()


@pytest.mark.spec("OWASP ASVS 5.0", "8.2.1")
@pytest.mark.parametrize("role", [Role.SUPPORT, Role.SUPER_SUPPORT, Role.ADMIN])
def test_others_look_at_it_only(clients: None, make_user: Callable[..., User], role: Role) -> None:
    browser, message = signed_in(make_user(role=role, email="tunde@example.com")), _given_up()
    assert SEND_AGAIN not in str(page_of(browser.open(_address(message))).links)
    token = page_of(browser.open("/oauth2/logout")).fields["csrfmiddlewaretoken"]
    assert browser.http.post(f"{_address(message)}/{SEND_AGAIN}", {"csrfmiddlewaretoken": token}).status_code == 403
    assert Message.objects.get(pk=message.pk).dead_at is not None


def test_what_cannot_be_recorded_is_not_sent_again(changing: Browser) -> None:
    message = _given_up()
    token = page_of(changing.open(_question(changing, message))).fields["csrfmiddlewaretoken"]
    changing.http.raise_request_exception = False
    with connection.execute_wrapper(failing('INSERT INTO "audit_securityevent"')):
        answer = changing.http.post(f"{_address(message)}/{SEND_AGAIN}", {"csrfmiddlewaretoken": token})
    assert answer.status_code >= 500
    assert Message.objects.get(pk=message.pk).dead_at is not None


def test_nobodys_message(looking: Browser) -> None:
    for key in (uuid.uuid4(), "x"):
        assert looking.http.get(f"/admin/message/{key}").status_code == 404
