"""Carries entries of the request log to their table, in a thread of each process, without ever holding up an answer.

What the library's own thread gets wrong, and what happens here instead:

* one OperationalError ends it for good: a batch is kept and tried again, later and later, until the database is back
* its queue grows without bound: at `capacity` entries further ones are counted and dropped
* it is dead in forked workers: the thread starts with the first entry of the process that has one
* it replaces the handler of SIGTERM: here nothing does; the last entries are written when the process ends
"""

import atexit
import enum
import logging
import os
import queue
import threading
from collections.abc import Mapping
from multiprocessing.util import Finalize
from typing import Any

from django.db import close_old_connections, connections
from drf_api_logger.models import APILogsModel

from idp.core.boundary import guard
from idp.core.errors import IdpError, Unavailable

logger = logging.getLogger("idp.request_log")

_BATCH = 200
_LONGEST_PAUSE = 60.0
# Of the ten seconds a stop may take, what the log may have.
_FAREWELL_SECONDS = 2.0


class Outcome(enum.Enum):
    """What became of a batch."""

    WRITTEN = enum.auto()
    # The database does not answer: the same rows may be written later.
    LATER = enum.auto()
    # These rows cannot be written, now or later; the next ones shall not wait behind them.
    DROPPED = enum.auto()


class RequestLogWriter:
    """Stands where drf-api-logger keeps its thread: it asks for the three methods below and knows no more."""

    def __init__(self, *, capacity: int, interval: float) -> None:
        """Hold at most `capacity` entries, and write them at most `interval` seconds after the first came in."""
        self._capacity = capacity
        self._interval = interval
        self._counts = dict.fromkeys(Outcome, 0)
        self._begin()
        # Nothing of a parent is a child's: neither its entries (they would be written twice) nor a lock held elsewhere.
        os.register_at_fork(after_in_child=self._begin)

    def _begin(self) -> None:
        self._lock = threading.Lock()
        self._entries: queue.Queue[APILogsModel] = queue.Queue(self._capacity)
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._says_farewell = False

    def put_log_data(self, data: Mapping[str, Any]) -> None:
        """Take one entry, by column. Returns at once, whatever state the database is in."""
        try:
            self._entries.put_nowait(APILogsModel(**data))
        except queue.Full:
            self._count(Outcome.DROPPED, 1)
        self._ensure_thread()

    def is_alive(self) -> bool:
        """For the library's diagnosis command: the thread is there, or will be with the next entry."""
        return True

    def get_status(self) -> dict[str, int]:
        """Figures by the library's names, for its diagnosis command."""
        return {
            "queue_backlog": self._entries.qsize(),
            "batch_size": _BATCH,
            "interval": round(self._interval),
            "dropped_count": self._counts[Outcome.DROPPED],
            "inserted_count": self._counts[Outcome.WRITTEN],
            "failed_insert_count": self._counts[Outcome.LATER],
        }

    def close(self, timeout: float = _FAREWELL_SECONDS) -> None:
        """Write what is left and end the thread; gives up after `timeout` seconds. A later entry starts anew."""
        thread = self._thread
        self._stopping.set()
        if thread is not None:
            thread.join(timeout)
        with self._lock:
            self._thread = None
            self._stopping = threading.Event()

    # --- The thread -----------------------------------------------------------------------------------------------------
    def _ensure_thread(self) -> None:
        """Start the thread of this process at its first entry."""
        with self._lock:
            if self._thread is not None and self._thread.is_alive():
                return
            self._thread = threading.Thread(target=self._run, args=(self._stopping,), name="request-log", daemon=True)
            self._thread.start()
            if self._says_farewell:
                return
            self._says_farewell = True
        # Workers of the server end through multiprocessing, which calls no atexit function; others the usual way.
        Finalize(None, self.close, exitpriority=10)
        atexit.register(self.close)

    def _run(self, stopping: threading.Event) -> None:
        """Gather, write, and wait longer after each failure; told to stop, try what is left once."""
        batch: list[APILogsModel] = []
        pause = self._interval
        while not (stopping.wait(pause) and not batch and self._entries.empty()):
            batch = batch or self._gathered()
            outcome = _write(batch) if batch else Outcome.WRITTEN
            self._count(outcome, len(batch))
            if outcome is Outcome.LATER:
                if stopping.is_set():
                    break
                pause = min(max(pause, 1.0) * 2, _LONGEST_PAUSE)
                continue
            batch = []
            # A full batch leaves more behind it.
            pause = self._interval if self._entries.empty() else 0
        connections.close_all()

    def _gathered(self) -> list[APILogsModel]:
        batch: list[APILogsModel] = []
        while len(batch) < _BATCH:
            try:
                batch.append(self._entries.get_nowait())
            except queue.Empty:
                break
        return batch

    def _count(self, outcome: Outcome, entries: int) -> None:
        """Add to the figures; the first loss, and then about each thousandth, is a warning."""
        with self._lock:
            before = self._counts[outcome]
            self._counts[outcome] = after = before + entries
        if outcome is Outcome.DROPPED and (before == 0 or before // 1000 < after // 1000):
            logger.warning("entries of the request log were dropped", extra={"dropped": after})


def _insert(batch: list[APILogsModel]) -> Outcome:
    # A thread of its own sees no end of a request, so it asks itself whether its connection still works.
    close_old_connections()
    APILogsModel.objects.bulk_create(batch)
    return Outcome.WRITTEN


def _failed(error: IdpError, batch: list[APILogsModel]) -> Outcome:
    return Outcome.LATER if isinstance(error, Unavailable) else Outcome.DROPPED


# The boundary's promise outside a request: logged once, and the thread lives on whatever happens.
_write = guard(_insert, on_error=_failed)
