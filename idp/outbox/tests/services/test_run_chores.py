"""Each due chore runs in one process only, again after its interval, and after a failure or a death as well."""

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from time_machine import TimeMachineFixture

from idp.core import chores, clock
from idp.core.chores import Chore
from idp.outbox.models import ChoreRun
from idp.outbox.services.run_chores import run_due_chores

pytestmark = pytest.mark.django_db
_AT_ONCE = 8
HOUR = dt.timedelta(hours=1)


def test_a_chore_runs_at_once_and_then_after_its_interval(time_machine: TimeMachineFixture) -> None:
    done: list[int] = []
    chores.register(Chore("sweep", HOUR, lambda: done.append(1)))
    time_machine.move_to(clock.now(), tick=False)
    assert run_due_chores() == ["sweep"]
    assert run_due_chores() == []
    time_machine.shift(HOUR - clock.seconds(1))
    assert run_due_chores() == []
    time_machine.shift(1)
    assert run_due_chores() == ["sweep"]
    assert len(done) == 2


def test_while_one_process_does_a_chore_no_other_begins_it(time_machine: TimeMachineFixture) -> None:
    others: list[list[str]] = []
    chores.register(Chore("sweep", clock.seconds(1), lambda: others.append(run_due_chores())))
    time_machine.move_to(clock.now(), tick=False)
    assert run_due_chores() == ["sweep"]
    assert others == [[]]


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_at_once_one_does_a_chore() -> None:
    done: list[int] = []
    start = Barrier(_AT_ONCE)

    def race(_worker: int) -> list[str]:
        waits = [start]

        def write_together(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:  # noqa: ANN401 - Django's signature
            # All of them have read that the chore is due when the first one writes.
            if sql.startswith("UPDATE") and waits:
                waits.pop().wait(timeout=60)
            return execute(sql, *rest)

        try:
            with connection.execute_wrapper(write_together):
                return run_due_chores()
        finally:
            connection.close()

    chores.register(Chore("sweep", HOUR, lambda: done.append(1)))
    ChoreRun.objects.create(name="sweep")
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        assert sorted(pool.map(race, range(_AT_ONCE))) == [*([[]] * (_AT_ONCE - 1)), ["sweep"]]
    assert done == [1]


def test_a_chore_whose_worker_died_is_begun_anew(time_machine: TimeMachineFixture) -> None:
    class Killed(BaseException):
        """As if the process were gone."""

    def die() -> None:
        raise Killed

    time_machine.move_to(clock.now(), tick=False)
    chores.register(Chore("sweep", dt.timedelta(days=1), die))
    with pytest.raises(Killed):
        run_due_chores()
    chores.register(Chore("sweep", dt.timedelta(days=1), lambda: None))
    assert run_due_chores() == []
    time_machine.shift(dt.timedelta(minutes=15))
    assert run_due_chores() == ["sweep"]


def test_a_chore_that_fails_is_tried_again_soon_and_stops_no_other(time_machine: TimeMachineFixture) -> None:
    done: list[int] = []
    chores.register(Chore("broken", dt.timedelta(days=1), lambda: 1 // 0))
    chores.register(Chore("sweep", dt.timedelta(days=1), lambda: done.append(1)))
    time_machine.move_to(clock.now(), tick=False)
    assert run_due_chores() == ["broken", "sweep"]
    assert done == [1]
    assert ChoreRun.objects.get(name="broken").last_done_at is None
    assert run_due_chores() == []
    time_machine.shift(dt.timedelta(minutes=5))
    assert run_due_chores() == ["broken"]
