"""What becomes of an attempt: taken, tried again, given up; and what a worker that was too slow can no longer change."""

import logging

import pytest
from django.db import transaction
from time_machine import TimeMachineFixture

from idp.core import clock
from idp.outbox import handlers
from idp.outbox.errors import TryLater, Undeliverable
from idp.outbox.models import Message
from idp.outbox.schedule import LEASE
from idp.outbox.selectors import due_messages
from idp.outbox.services.claim import claim
from idp.outbox.services.deliver import deliver
from idp.outbox.tests.conftest import LIFETIME_SECONDS, Receiver, write

pytestmark = pytest.mark.django_db


def attempt() -> Message:
    """Claim what is due and try it; the row afterwards."""
    (message,) = due_messages(at=clock.now(), limit=2)
    assert claim(message)
    deliver(message)
    return Message.objects.get(id=message.id)


def test_what_was_taken_leaves_no_payload_behind(receiver: Receiver) -> None:
    message = write("hello")
    settled = attempt()
    assert receiver.taken == ["hello"]
    assert (receiver.asked[0].id, receiver.asked[0].attempt) == (message.id, 1)
    assert settled.delivered_at is not None
    assert settled.payload is None
    assert due_messages(at=settled.expires_at, limit=2) == []


def test_a_receiver_that_is_down_is_tried_again_later_and_later(receiver: Receiver, time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(clock.now(), tick=False)
    receiver.refuse(TryLater("503 from its server"))
    write()
    pauses = []
    for _ in range(4):
        settled = attempt()
        pauses.append((settled.next_attempt_at - clock.now()).total_seconds())
        time_machine.move_to(settled.next_attempt_at, tick=False)
    for pause, longest in zip(pauses, (5, 10, 20, 40), strict=True):
        assert longest * 0.75 <= pause <= longest
    assert settled.last_error == "503 from its server"
    assert {delivery.id for delivery in receiver.asked} == {settled.id}
    assert [delivery.attempt for delivery in receiver.asked] == [1, 2, 3, 4]

    # It is back.
    receiver.answer = lambda _delivery: None
    assert attempt().delivered_at is not None
    assert receiver.given_up == []


def test_a_receiver_that_stays_down_is_given_up_before_the_message_expires(
    receiver: Receiver, time_machine: TimeMachineFixture, caplog: pytest.LogCaptureFixture
) -> None:
    time_machine.move_to(clock.now(), tick=False)
    receiver.refuse(TryLater("no answer"))
    message = write()
    with caplog.at_level(logging.INFO, logger="idp.outbox"):
        while (settled := attempt()).dead_at is None:
            time_machine.move_to(settled.next_attempt_at, tick=False)
    assert settled.dead_at <= settled.expires_at
    assert receiver.given_up == [(message.id, "no answer")]
    assert "message given up" in caplog.text
    assert due_messages(at=settled.expires_at, limit=2) == []


def test_what_can_never_be_taken_is_given_up_at_once(receiver: Receiver) -> None:
    receiver.refuse(Undeliverable("400 from its server"))
    message = write()
    settled = attempt()
    assert settled.dead_at is not None
    assert settled.last_error == "400 from its server"
    assert settled.payload == '{"text":"hello"}'
    assert receiver.given_up == [(message.id, "400 from its server")]


def test_nobody_is_told_what_has_expired_meanwhile(receiver: Receiver, time_machine: TimeMachineFixture) -> None:
    write()
    time_machine.move_to(clock.now() + clock.seconds(LIFETIME_SECONDS), tick=False)
    settled = attempt()
    assert receiver.asked == []
    assert settled.dead_at is not None
    assert receiver.given_up[0][1] == "expired before it was tried"


def test_a_handler_with_a_fault_is_tried_again_and_its_words_are_not_kept(receiver: Receiver) -> None:
    receiver.refuse(ValueError("ada@example.com"))
    write()
    settled = attempt()
    assert settled.dead_at is None
    assert settled.last_error == "fault of ours: unexpected_error"


def test_a_message_this_release_cannot_read_waits_for_one_that_can(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    write()
    monkeypatch.setattr(handlers, "_HANDLERS", {})
    settled = attempt()
    assert (settled.delivered_at, settled.dead_at) == (None, None)
    assert settled.last_error == "cannot be read here: UnknownKind"
    assert settled.next_attempt_at > clock.now()


def test_a_worker_slower_than_its_lease_changes_nothing(receiver: Receiver, time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(clock.now(), tick=False)
    write()
    (slow,) = due_messages(at=clock.now(), limit=2)
    assert claim(slow)
    time_machine.shift(LEASE)
    (quick,) = due_messages(at=clock.now(), limit=2)
    assert claim(quick)
    before = Message.objects.get()
    for error in (TryLater("late"), Undeliverable("late"), None):
        if error is None:
            receiver.answer = lambda _delivery: None
        else:
            receiver.refuse(error)
        deliver(slow)
        after = Message.objects.get()
        assert (after.dead_at, after.delivered_at, after.last_error) == (None, None, "")
        assert after.next_attempt_at == before.next_attempt_at
    assert receiver.given_up == []


def test_giving_up_and_what_the_app_writes_about_it_are_one_change(receiver: Receiver) -> None:
    class Refused(Exception):
        """The app could not write."""

    def refuse(*_about: object) -> None:
        raise Refused

    receiver.refuse(Undeliverable("no"))
    write()
    (message,) = due_messages(at=clock.now(), limit=2)
    assert claim(message)
    object.__setattr__(handlers.handler_of(message.kind), "gave_up", refuse)
    with pytest.raises(Refused), transaction.atomic():
        deliver(message)
    assert Message.objects.get().dead_at is None
