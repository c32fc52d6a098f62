"""The worker dies at any moment of telling a receiver what happened: nothing is lost, and a receiver that looks at ids handles
nothing twice and one account's news in order. Two workers at once: the same.
"""

import threading
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from django.db import connection, connections

from idp.accounts.models import User
from idp.accounts.services.set_active import set_active
from idp.core import clock
from idp.oidc.events.delivery import USER_EVENT
from idp.oidc.models import UserEvent
from idp.oidc.tests.events.listener import Listener, listen, listening
from idp.oidc.tests.logout.receiver import deliver_due
from idp.outbox.models import Message
from idp.outbox.worker import Worker
from idp.tests.killed import killed_at, moments

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.unmeasured]
_PATIENCE_SECONDS = 60


@pytest.fixture
def listener(clients: None) -> Iterator[Listener]:
    """The receiver outlives every worker."""
    with listening() as made:
        listen("second-web", made.endpoint)
        yield made


def suspend_and_back(user: User) -> None:
    set_active(user_id=user.pk, active=False)
    set_active(user_id=user.pk, active=True)


def deliver_all() -> None:
    while deliver_due():
        pass


def numbers_of(user: User) -> list[int]:
    return list(UserEvent.objects.filter(user_id=user.pk).order_by("number").values_list("number", flat=True))


def test_a_worker_that_dies_at_any_moment_loses_nothing(listener: Listener, make_user: Callable[..., User]) -> None:
    for moment in moments():
        user = make_user()
        suspend_and_back(user)
        killed = killed_at(moment, deliver_all)
        # Another worker, when what the dead one held is free.
        Message.objects.filter(delivered_at=None).update(next_attempt_at=clock.now())
        deliver_all()
        assert listener.handled[str(user.pk)] == numbers_of(user)
        assert len(numbers_of(user)) == 3
        if not killed:
            return


def test_a_change_that_dies_at_any_moment_is_told_if_and_only_if_it_was_made(
    listener: Listener, make_user: Callable[..., User]
) -> None:
    for moment in moments():
        user = make_user()
        killed = killed_at(moment, partial(set_active, user_id=user.pk, active=False))
        is_told = UserEvent.objects.filter(user_id=user.pk, name="user.suspended").exists()
        assert is_told is not User.objects.get(pk=user.pk).is_active
        assert Message.objects.filter(kind=USER_EVENT, order_key__endswith=str(user.pk)).count() == 1 + is_told
        if not killed:
            assert is_told
            return


def test_two_workers_at_once_tell_everything_once_and_in_order(listener: Listener, make_user: Callable[..., User]) -> None:
    people = [make_user() for _ in range(6)]
    for person in people:
        suspend_and_back(person)
    workers = [Worker() for _ in range(2)]

    def run(worker: Worker) -> None:
        try:
            worker.run()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(worker,)) for worker in workers]
    for thread in threads:
        thread.start()
    deadline = clock.monotonic() + _PATIENCE_SECONDS
    while Message.objects.filter(kind=USER_EVENT, delivered_at=None).exists() and clock.monotonic() < deadline:
        threading.Event().wait(0.05)
    for worker in workers:
        worker.end()
    for thread in threads:
        thread.join(_PATIENCE_SECONDS)
    connection.close()

    # Each once on the wire: no lease ran out.
    assert len(listener.heard) == 18
    assert listener.handled == {str(person.pk): numbers_of(person) for person in people}
