"""What an operator sees of messages, and sending one again."""

import io
import uuid

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from pytest_django import Settings
from time_machine import TimeMachineFixture

from idp.core import clock
from idp.outbox.channels import mail, texts
from idp.outbox.errors import Undeliverable
from idp.outbox.handlers import register_handler
from idp.outbox.models import Message
from idp.outbox.selectors import due_messages
from idp.outbox.services.claim import claim
from idp.outbox.services.deliver import deliver
from idp.outbox.services.send import send_mail, send_text
from idp.outbox.tests.conftest import LIFETIME_SECONDS, Receiver, write

pytestmark = pytest.mark.django_db


def outbox(*arguments: str) -> str:
    printed = io.StringIO()
    call_command("outbox", *arguments, stdout=printed)
    return printed.getvalue()


def given_up(receiver: Receiver) -> Message:
    """A message its receiver refused for good."""
    receiver.refuse(Undeliverable("400 from its server"))
    message = write("canary", receiver="shop.example")
    assert claim(message)
    deliver(message)
    return message


def test_waiting_and_dead_messages_are_listed_without_their_content(receiver: Receiver) -> None:
    dead = given_up(receiver)
    waiting = write("canary", receiver="other.example")
    listed, listed_dead = outbox(), outbox("--dead")
    assert str(waiting.id) in listed
    assert str(dead.id) not in listed
    assert "1 waiting, 1 given up in all" in listed
    for fact in (str(dead.id), "shop.example", "400 from its server", "tried 1"):
        assert fact in listed_dead
    assert "canary" not in listed + listed_dead


def test_a_dead_message_is_sent_again_with_its_whole_life_before_it(receiver: Receiver, time_machine: TimeMachineFixture) -> None:
    dead = given_up(receiver)
    time_machine.move_to(clock.now() + clock.seconds(10 * LIFETIME_SECONDS))
    assert "sent again" in outbox("--replay", str(dead.id))
    receiver.answer = lambda _delivery: None
    (again,) = due_messages(at=clock.now(), limit=2)
    assert again.id == dead.id
    assert claim(again)
    deliver(again)
    assert receiver.taken == ["canary"]


def test_everything_that_a_receiver_missed_is_sent_again_at_once(receiver: Receiver) -> None:
    receiver.refuse(Undeliverable("400 from its server"))
    for place in ("shop.example", "shop.example", "other.example"):
        message = write("canary", receiver=place)
        assert claim(message)
        deliver(message)
    assert outbox("--dead", "--receiver", "shop.example").count("tried 1") == 2
    assert "0 will" in outbox("--replay-all", "--kind", "mail")
    assert "2 will be sent again" in outbox("--replay-all", "--receiver", "shop.example")
    assert "2 waiting, 1 given up in all" in outbox()


@pytest.mark.parametrize("which", ["unknown", "waiting"])
def test_only_a_dead_message_is_sent_again(receiver: Receiver, which: str) -> None:
    named = write().id if which == "waiting" else uuid.uuid4()
    with pytest.raises(CommandError, match="outbox --dead"):
        outbox("--replay", str(named))


def test_a_developer_reads_what_was_mailed_and_production_shows_nothing(settings: Settings) -> None:
    register_handler(mail.handler())
    register_handler(texts.handler())
    with transaction.atomic():
        send_mail(to="ada@example.com", template="password_changed")
        send_text(to="+2348012345677", template="account_changed", context={"event": "password_changed"})
    shown = outbox("--sent")
    for words in ("mail to ada@example.com  (waiting)", "Your password was changed", "sms to +2348012345677"):
        assert words in shown
    assert "ada@example.com" not in outbox()
    settings.IDP_MODE = "production"
    with pytest.raises(CommandError, match="Production keeps no mail"):
        outbox("--sent")
