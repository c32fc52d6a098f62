"""The worker: delivers due messages and does due chores until it is told to end.

One process with a few threads. The main thread looks for work about every second and hands it out; a receiver holds at most
`_PER_RECEIVER` threads, so one that hangs delays nobody else's messages. Everything it needs to know is in SQL: workers may be
several, may be killed at any moment, and need neither each other nor the cache.
"""

import logging
import os
import signal
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from django.db import close_old_connections, connection

from idp.core import clock
from idp.core.boundary import guard
from idp.core.errors import IdpError
from idp.outbox.models import Message
from idp.outbox.selectors import due_messages
from idp.outbox.services.claim import claim
from idp.outbox.services.deliver import deliver
from idp.outbox.services.run_chores import run_due_chores

logger = logging.getLogger("idp.outbox.worker")

_THREADS = 6
_PER_RECEIVER = 2
_LOOK_SECONDS = 1.0
_LOOK_FOR_CHORES_SECONDS = 10.0
# While the database does not answer, a worker asks no more often than this.
_LONGEST_PAUSE_SECONDS = 30.0
# Of the ten seconds a stop may take, what deliveries under way get to finish; their lease covers those that do not.
_FINISH_SECONDS = 7.0
_FINISH_LOOK_SECONDS = 0.1


class Worker:
    """One worker. `run` returns once `end` was called, or `is_orphan` says that whoever started it is gone."""

    def __init__(self, *, is_orphan: Callable[[], bool] = lambda: False) -> None:
        """Nothing starts before `run`."""
        self._is_orphan = is_orphan
        self._is_ending = False
        self._deliveries = ThreadPoolExecutor(_THREADS, thread_name_prefix="deliver")
        self._chores = ThreadPoolExecutor(1, thread_name_prefix="chores")
        # Set whenever a thread is done: there is room for more.
        self._freed = threading.Event()
        self._lock = threading.Lock()
        self._under_way: Counter[str] = Counter()
        self._doing_chores: Future[None] | None = None
        self._chores_at = self._look_at = 0.0

    def end(self) -> None:
        """Stop looking for work, within a second. Takes no lock, because signal handlers call it."""
        self._is_ending = True

    def run(self) -> None:
        """Work until told to end, then let what is under way finish, for a while."""
        logger.info("worker started", extra={"pid": os.getpid()})
        look = guard(self._look, on_error=lambda _error: False)
        pause = _LOOK_SECONDS
        while not self._is_ending and not self._is_orphan():
            self._freed.clear()
            if clock.monotonic() >= self._look_at:
                pause = 0.0 if look() else min(max(pause, _LOOK_SECONDS) * 2, _LONGEST_PAUSE_SECONDS)
                self._look_at = clock.monotonic() + pause
            self._freed.wait(_LOOK_SECONDS)
        self._finish()
        logger.info("worker ended", extra={"pid": os.getpid()})

    def _look(self) -> bool:
        """Hand out what is due. Raises `django.db.Error`."""
        # This thread sees no end of a request, so it asks itself whether its connection still works.
        close_old_connections()
        while (free := _THREADS - self._busy()) > 0 and self._hand_out(free):
            pass
        chores_rest = self._doing_chores is None or self._doing_chores.done()
        if chores_rest and clock.monotonic() >= self._chores_at:
            self._chores_at = clock.monotonic() + _LOOK_FOR_CHORES_SECONDS
            self._doing_chores = self._chores.submit(_do_chores)
        return True

    def _hand_out(self, free: int) -> int:
        """Claim and start up to `free` due messages, at most `_PER_RECEIVER` of each receiver; returns how many."""
        with self._lock:
            full = [receiver for receiver, count in self._under_way.items() if receiver and count >= _PER_RECEIVER]
        started = 0
        for message in due_messages(at=clock.now(), limit=free, busy=full):
            if not self._is_ending and self._has_room(message.receiver) and claim(message):
                self._start(message)
                started += 1
        return started

    def _start(self, message: Message) -> None:
        with self._lock:
            self._under_way[message.receiver] += 1
        self._deliveries.submit(_deliver, message).add_done_callback(lambda _done: self._ended(message.receiver))

    def _ended(self, receiver: str) -> None:
        with self._lock:
            self._under_way[receiver] -= 1
            # Forget receivers that have nothing under way.
            self._under_way += Counter()
        self._freed.set()

    def _has_room(self, receiver: str) -> bool:
        with self._lock:
            return not receiver or self._under_way[receiver] < _PER_RECEIVER

    def _busy(self) -> int:
        with self._lock:
            return self._under_way.total()

    def _finish(self) -> None:
        """Wait for what is under way, no longer than it may take."""
        for pool in (self._deliveries, self._chores):
            pool.shutdown(wait=False, cancel_futures=True)
        deadline = clock.monotonic() + _FINISH_SECONDS
        while self._is_busy() and clock.monotonic() < deadline:
            self._freed.clear()
            self._freed.wait(_FINISH_LOOK_SECONDS)
        connection.close()

    def _is_busy(self) -> bool:
        return self._busy() > 0 or (self._doing_chores is not None and not self._doing_chores.done())


def work(*, is_orphan: Callable[[], bool] = lambda: False) -> None:
    """Be a worker in this process until SIGTERM, or SIGINT where nobody ignores it. For the main thread only."""
    worker = Worker(is_orphan=is_orphan)
    for number in (signal.SIGTERM, signal.SIGINT):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda _number, _frame: worker.end())
    worker.run()


# --- Tasks of a thread: a failure is logged once, and the connection is given back --------------------------------------
def _deliver(message: Message) -> None:
    try:
        _guarded_delivery(message)
    finally:
        connection.close()


def _do_chores() -> None:
    try:
        _guarded_chores()
    finally:
        connection.close()


def _failed(_error: IdpError, _message: Message, /) -> None:
    """Logged already; the lease leads to a repeat."""


_guarded_delivery = guard(deliver, on_error=_failed)
_guarded_chores = guard(run_due_chores, on_error=lambda _error: [])
