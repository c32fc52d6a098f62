"""A kind of message whose handler does what the test says, and a way to write one."""

import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from django.db import transaction

from idp.core import chores, clock
from idp.core.types import Schema
from idp.outbox import handlers
from idp.outbox.handlers import register_handler
from idp.outbox.models import Message
from idp.outbox.services.enqueue import enqueue
from idp.outbox.types import Delivery, Handler

KIND = "test.note"
LIFETIME_SECONDS = 600


class Note(Schema):
    """What the test tells."""

    text: str


@dataclass
class Receiver:
    """Stands outside: keeps what it got, and answers with `answer`, which may raise or wait."""

    answer: Callable[[Delivery[Note]], None] = lambda _delivery: None
    asked: list[Delivery[Note]] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    given_up: list[tuple[uuid.UUID, str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def deliver(self, delivery: Delivery[Note]) -> None:
        with self.lock:
            self.asked.append(delivery)
        self.answer(delivery)
        with self.lock:
            self.taken.append(delivery.payload.text)

    def gave_up(self, delivery: Delivery[Note], reason: str) -> None:
        self.given_up.append((delivery.id, reason))

    def refuse(self, error: Exception) -> None:
        """Answer every delivery with this error."""

        def answer(_delivery: Delivery[Note]) -> None:
            raise error

        self.answer = answer


@pytest.fixture(autouse=True)
def _own_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither kinds nor chores of the real apps."""
    monkeypatch.setattr(handlers, "_HANDLERS", {})
    monkeypatch.setattr(chores, "_CHORES", {})


@pytest.fixture
def receiver(_own_lists: None) -> Receiver:
    made = Receiver()
    register_handler(
        Handler(kind=KIND, schema=Note, deliver=made.deliver, gave_up=made.gave_up, lifetime=clock.seconds(LIFETIME_SECONDS))
    )
    return made


def write(text: str = "hello", *, receiver: str = "", order_key: str = "", position: int = 0) -> Message:
    """A message, written and committed like any other."""
    with transaction.atomic():
        written = enqueue(kind=KIND, payload=Note(text=text), receiver=receiver, order_key=order_key, position=position)
    return Message.objects.get(id=written)
