"""How many password hashes this process computes at once, and how many sign-ins may wait for one.

A hash takes tens of milliseconds and, for one imported from Fashionistar, a hundred MiB. Without a bound a burst of
sign-ins would take every thread and all memory, and the token endpoints beside them would stop answering. Over the
bound a sign-in waits briefly; over the waiting line it is told when to come back.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from idp.accounts.errors import HashingBusy

# Two at a time keep both cores of a small server busy and stay below 200 MiB even with old hashes. The hashing process
# has as many threads.
RUNNING = 2
# With those running still far fewer than the threads that answer requests (16 in `serve`).
_WAITING = 8
_PATIENCE_SECONDS = 2.0
_RETRY_AFTER_SECONDS = 5


class HashingSlots:
    """A few slots, and a short line in front of them."""

    def __init__(self, *, running: int, waiting: int, patience: float) -> None:
        """`running` hashes at once, `waiting` callers in line, each for at most `patience` seconds."""
        self._slots = threading.BoundedSemaphore(running)
        self._line = threading.BoundedSemaphore(running + waiting)
        self._patience = patience

    @contextmanager
    def line(self) -> Iterator[None]:
        """Be one of those who check a password now, whether hashing or waiting. Raises `HashingBusy`."""
        if not self._line.acquire(blocking=False):
            raise HashingBusy(detail="the line for password hashes is full", retry_after=_RETRY_AFTER_SECONDS)
        try:
            yield
        finally:
            self._line.release()

    @contextmanager
    def one(self) -> Iterator[None]:
        """Hold a slot for the time of one hash. Raises `HashingBusy`."""
        if not self._slots.acquire(timeout=self._patience):
            raise HashingBusy(detail="no slot for a password hash in time", retry_after=_RETRY_AFTER_SECONDS)
        try:
            yield
        finally:
            self._slots.release()


slots = HashingSlots(running=RUNNING, waiting=_WAITING, patience=_PATIENCE_SECONDS)
