"""When a message is tried again, as pure functions."""

import datetime as dt

from idp.core.clock import seconds

# How long a claimed message is its worker's alone. A worker that dies leaves it to the others after that, so every delivery has
# a time limit well below.
LEASE = seconds(30)
_FIRST_PAUSE_SECONDS = 5.0
_LONGEST_PAUSE_SECONDS = 3600.0
# Beyond this doubling the longest pause is reached; larger powers would only overflow.
_LAST_DOUBLING = 10


def pause_after(attempt: int, *, chance: float) -> dt.timedelta:
    """The pause after a failed attempt (the first is 1): 5 s, 10 s, 20 s … one hour, each shortened by up to a quarter.

    `chance` is a random number from 0 to 1: receivers that failed together are not all asked again in the same moment.
    """
    doubled = _FIRST_PAUSE_SECONDS * 2 ** min(attempt - 1, _LAST_DOUBLING)
    return dt.timedelta(seconds=min(doubled, _LONGEST_PAUSE_SECONDS) * (1 - chance / 4))
