"""The worker as a whole, with real threads: it delivers, shares fairly, outlives failures and ends when told."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection

from idp.core import chores, clock
from idp.core.chores import Chore
from idp.outbox import selectors
from idp.outbox import worker as worker_module
from idp.outbox.models import Message
from idp.outbox.tests.conftest import Note, Receiver, write
from idp.outbox.types import Delivery
from idp.outbox.worker import Worker

pytestmark = pytest.mark.django_db(transaction=True)
_PATIENCE_SECONDS = 60


@contextmanager
def working(worker: Worker) -> Iterator[None]:
    """The worker in a thread, ended afterwards."""

    def run() -> None:
        try:
            worker.run()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        worker.end()
        thread.join(_PATIENCE_SECONDS)
        assert not thread.is_alive()


def wait_for(what: object) -> None:
    """Until `what()` is true; fails after a minute."""
    deadline = clock.monotonic() + _PATIENCE_SECONDS
    while not what():  # type: ignore[operator]
        assert clock.monotonic() < deadline
        clock.pause(0.02)


def test_what_was_written_before_and_meanwhile_is_delivered_once(receiver: Receiver) -> None:
    before = [write(f"before {number}") for number in range(10)]
    with working(Worker()):
        meanwhile = [write(f"meanwhile {number}") for number in range(10)]
        wait_for(lambda: not Message.objects.filter(delivered_at=None).exists())
    assert sorted(delivery.id for delivery in receiver.asked) == sorted(message.id for message in before + meanwhile)


def test_two_workers_deliver_nothing_twice(receiver: Receiver) -> None:
    written = [write(str(number)) for number in range(30)]
    with working(Worker()), working(Worker()):
        wait_for(lambda: not Message.objects.filter(delivered_at=None).exists())
    assert len(receiver.asked) == len(written)


def test_a_receiver_that_hangs_holds_two_threads_and_delays_nobody_else(receiver: Receiver) -> None:
    released = threading.Event()
    hanging: list[Delivery[Note]] = []

    def answer(delivery: Delivery[Note]) -> None:
        if delivery.payload.text == "slow":
            hanging.append(delivery)
            assert released.wait(_PATIENCE_SECONDS)

    receiver.answer = answer
    for _ in range(20):
        write("slow", receiver="slow.example")
    for number in range(5):
        write(str(number), receiver="quick.example")
    with working(Worker()):
        wait_for(lambda: len(receiver.taken) == 5)
        wait_for(lambda: len(hanging) >= 2)
        assert len(hanging) == 2
        released.set()
        wait_for(lambda: len(receiver.taken) == 25)


def test_messages_of_one_order_key_arrive_in_order(receiver: Receiver) -> None:
    texts = [str(number) for number in range(8)]
    for text in texts:
        write(text, order_key="ada")
    with working(Worker()):
        wait_for(lambda: len(receiver.taken) == len(texts))
    assert receiver.taken == texts


def test_a_database_that_comes_back_finds_the_worker_alive(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    real, failures = selectors.due_messages, [OperationalError("gone"), OperationalError("still gone")]

    def due(**facts: object) -> list[Message]:
        if failures:
            raise failures.pop()
        return real(**facts)  # type: ignore[arg-type]

    monkeypatch.setattr(worker_module, "due_messages", due)
    monkeypatch.setattr(worker_module, "_LOOK_SECONDS", 0.01)
    write()
    with working(Worker()):
        wait_for(lambda: receiver.taken == ["hello"])
    assert failures == []


def test_chores_run_beside_deliveries(receiver: Receiver) -> None:
    begun, released = threading.Event(), threading.Event()

    def sweep() -> None:
        begun.set()
        assert released.wait(_PATIENCE_SECONDS)

    chores.register(Chore("sweep", clock.seconds(3600), sweep))
    with working(Worker()):
        assert begun.wait(_PATIENCE_SECONDS)
        write()
        wait_for(lambda: receiver.taken == ["hello"])
        released.set()


def test_told_to_end_it_lets_what_is_under_way_finish_and_begins_nothing(receiver: Receiver) -> None:
    begun, released = threading.Event(), threading.Event()

    def answer(_delivery: Delivery[Note]) -> None:
        begun.set()
        assert released.wait(_PATIENCE_SECONDS)

    receiver.answer = answer
    write("first", order_key="ada")
    write("second", order_key="ada")
    worker = Worker()
    with working(worker):
        assert begun.wait(_PATIENCE_SECONDS)
        worker.end()
        released.set()
    assert receiver.taken == ["first"]
    assert Message.objects.filter(delivered_at=None).count() == 1


def test_it_ends_by_itself_when_whoever_started_it_is_gone(receiver: Receiver) -> None:
    Worker(is_orphan=lambda: True).run()
