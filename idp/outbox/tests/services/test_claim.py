"""Of many workers one gets a message, and nobody else until its lease is over."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from time_machine import TimeMachineFixture

from idp.core import clock
from idp.outbox.models import Message
from idp.outbox.schedule import LEASE
from idp.outbox.selectors import due_messages
from idp.outbox.services.claim import claim
from idp.outbox.tests.conftest import Receiver, write

_AT_ONCE = 8


def due() -> list[Message]:
    return due_messages(at=clock.now(), limit=10)


@pytest.mark.django_db
def test_a_claimed_message_is_nobody_elses_until_the_lease_is_over(receiver: Receiver, time_machine: TimeMachineFixture) -> None:
    write()
    time_machine.move_to(clock.now(), tick=False)
    mine, theirs = due()[0], due()[0]
    assert claim(mine)
    assert not claim(theirs)
    assert due() == []

    # Whoever held it died: it is due again, as another attempt.
    time_machine.shift(LEASE)
    (again,) = due()
    assert claim(again)
    assert again.attempts == 2
    assert not claim(mine)


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_at_once_one_claims(receiver: Receiver) -> None:
    written = write()
    # Each worker read it for itself.
    read = [Message.objects.get(id=written.id) for _ in range(_AT_ONCE)]
    start = Barrier(_AT_ONCE)

    def race(message: Message) -> bool:
        start.wait(timeout=60)
        try:
            return claim(message)
        finally:
            connection.close()

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        assert sum(pool.map(race, read)) == 1
    assert Message.objects.get().attempts == 1


@pytest.mark.django_db
@pytest.mark.parametrize("column", ["delivered_at", "dead_at", "next_attempt_at"])
def test_only_open_messages_whose_time_has_come_are_due(receiver: Receiver, column: str) -> None:
    message = write()
    assert due() == [message]
    Message.objects.filter(id=message.id).update(**{column: clock.now() + clock.seconds(60)})
    assert due() == []
    assert not claim(message)


@pytest.mark.django_db
def test_messages_of_one_order_key_wait_for_each_other_and_for_nobody_else(receiver: Receiver) -> None:
    first, second, other = write(order_key="ada"), write(order_key="ada"), write(order_key="bola")
    assert {message.id for message in due()} == {first.id, other.id}
    assert claim(first)
    assert [message.id for message in due()] == [other.id]
    Message.objects.filter(id=first.id).update(delivered_at=clock.now())
    assert {message.id for message in due()} == {second.id, other.id}
    # One that was given up holds up nobody.
    Message.objects.filter(id=first.id).update(delivered_at=None, dead_at=clock.now())
    assert {message.id for message in due()} == {second.id, other.id}


@pytest.mark.django_db
def test_a_position_decides_before_the_clock_of_whoever_wrote(receiver: Receiver) -> None:
    second, first = write(order_key="ada", position=2), write(order_key="ada", position=1)
    assert second.id < first.id
    assert due() == [first]
    Message.objects.filter(id=first.id).update(delivered_at=clock.now())
    assert due() == [second]


@pytest.mark.django_db
def test_messages_of_busy_receivers_are_left_for_later(receiver: Receiver) -> None:
    write(receiver="slow")
    quick = write(receiver="quick")
    assert due_messages(at=clock.now(), limit=1, busy=["slow"]) == [quick]
