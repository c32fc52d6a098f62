"""Work that repeats by the clock: clean-up, key rotation, retention. Apps announce it here, the worker does it.

An app registers its chores when Django starts (`AppConfig.ready`). Nothing here runs anything: which process does, and that only
one of several does it at a time, is the worker's business. A chore is idempotent, keeps its transactions short and may be run
by hand at any time.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chore:
    """`run` is called about every `every`; its answer (a count, a list of ids) goes to the log. `name` is unique."""

    name: str
    every: dt.timedelta
    run: Callable[[], object]


_CHORES: dict[str, Chore] = {}


def register(chore: Chore) -> None:
    """Announce a chore. Announcing the same name again replaces it, so that a reload is harmless."""
    _CHORES[chore.name] = chore


def chores() -> tuple[Chore, ...]:
    """Everything announced so far, in the order of announcement."""
    return tuple(_CHORES.values())
