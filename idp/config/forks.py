"""A stop that arrives while a process forks waits until somebody can act upon it; used by the server and its worker child.

A new process begins with its parent's handlers. Told to end before it has its own, it would do what the parent does then, or
nothing at all, and whoever told it would wait and kill it. So the signals are held back from before the fork, and the new
process lets them through once it knows what a stop means to it.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

_STOPS = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def stops_held_back() -> Iterator[None]:
    """Around a fork, in the parent. What arrives meanwhile is acted upon afterwards; a process forked inside stays deaf."""
    forking = os.getpid()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPS)
    try:
        yield
    finally:
        if os.getpid() == forking:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def hear_stops() -> None:
    """In the new process, once its handlers stand: what arrived since the fork is acted upon now."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPS)


def end_at_once_when_stopped() -> None:
    """In a new process that has nothing to finish yet: a stop is a clean end."""
    signal.signal(signal.SIGTERM, lambda _number, _frame: os._exit(0))
    hear_stops()
