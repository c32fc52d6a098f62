"""Do the chores that are due, each in one process only, however many workers there are."""

import datetime as dt
import logging

from idp.core import chores, clock
from idp.core.boundary import guard
from idp.core.chores import Chore
from idp.core.errors import IdpError
from idp.outbox.models import ChoreRun

logger = logging.getLogger("idp.outbox.chores")

# A chore that was begun is its worker's alone for this long; should that worker die, the next one begins it anew.
_LEASE = dt.timedelta(minutes=15)
# A chore that failed is tried again after this, or after its own interval where that is shorter.
_PAUSE = dt.timedelta(minutes=5)


def run_due_chores() -> list[str]:
    """The names of the chores this call did, well or not. Raises `django.db.Error` when the schedule cannot be read."""
    known = {run.name: run for run in ChoreRun.objects.all()}
    new = [ChoreRun(name=chore.name) for chore in chores.chores() if chore.name not in known]
    if new:
        # Two workers may see the same chore for the first time.
        ChoreRun.objects.bulk_create(new, ignore_conflicts=True)
        known |= {run.name: run for run in new}
    return [chore.name for chore in chores.chores() if known[chore.name].next_run_at <= clock.now() and _run_alone(chore)]


def _run_alone(chore: Chore) -> bool:
    """Run it unless another process did or does; says whether this one ran it."""
    begun = clock.now()
    mine = begun + _LEASE
    if not ChoreRun.objects.filter(name=chore.name, next_run_at__lte=begun).update(next_run_at=mine):
        return False
    done = _guarded(chore)
    outcome = {"next_run_at": begun + chore.every, "last_done_at": clock.now()} if done else {"next_run_at": _retry(chore)}
    # Not if it took longer than the lease, and is another worker's by now.
    ChoreRun.objects.filter(name=chore.name, next_run_at=mine).update(**outcome)
    return True


def _retry(chore: Chore) -> dt.datetime:
    return clock.now() + min(chore.every, _PAUSE)


def _run(chore: Chore) -> bool:
    result = chore.run()
    logger.info("chore done", extra={"chore": chore.name, "result": str(result)})
    return True


def _failed(_error: IdpError, chore: Chore) -> bool:
    logger.error("chore failed", extra={"chore": chore.name})
    return False


_guarded = guard(_run, on_error=_failed)
