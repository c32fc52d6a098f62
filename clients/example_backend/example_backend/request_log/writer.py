"""Writes entries in a thread of the process that serves. A database that fails costs entries, never an answer."""

import atexit
import logging
import os
from collections.abc import Mapping
from multiprocessing.util import Finalize
from queue import Empty, Full, Queue
from threading import Event, Lock, Thread
from typing import Any

from django.db import Error, close_old_connections, connections
from drf_api_logger.models import APILogsModel

logger = logging.getLogger(__name__)

_CAPACITY = 1000
_BATCH = 100
#: Seconds between two writes, and what the last one may take when the process ends.
_INTERVAL = 1.0
_FAREWELL = 2.0


class Writer:
    """Stands where drf-api-logger's middleware looks for its thread."""

    def __init__(self, interval: float = _INTERVAL) -> None:
        self._interval = interval
        self._begin()
        # A worker of the server is a fork: it needs a thread and a queue of its own.
        os.register_at_fork(after_in_child=self._begin)

    def _begin(self) -> None:
        self._entries: Queue[APILogsModel] = Queue(_CAPACITY)
        self._lock = Lock()
        self._stopping = Event()
        self._thread: Thread | None = None

    def put_log_data(self, data: Mapping[str, Any]) -> None:
        """Take one entry and return at once; beyond the capacity it is dropped."""
        try:
            self._entries.put_nowait(APILogsModel(**data))
        except Full:
            logger.warning("The request log is full; an entry was dropped.")
        with self._lock:
            if self._thread is None:
                self._thread = Thread(target=self._run, name="request-log", daemon=True)
                self._thread.start()
                # Workers of the server end through multiprocessing, other processes the usual way.
                Finalize(None, self.close, exitpriority=10)
                atexit.register(self.close)

    def close(self, timeout: float = _FAREWELL) -> None:
        """Write what is left; gives up after `timeout` seconds."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout)

    def _run(self) -> None:
        while not self._stopping.wait(self._interval):
            self._write()
        self._write()
        connections.close_all()

    def _write(self) -> None:
        """Write everything that waits; a batch that cannot be written is lost, and said to be."""
        while batch := self._gathered():
            try:
                close_old_connections()
                APILogsModel.objects.bulk_create(batch)
            except Error:
                logger.exception("%d entries of the request log were lost.", len(batch))

    def _gathered(self) -> list[APILogsModel]:
        batch: list[APILogsModel] = []
        try:
            while len(batch) < _BATCH:
                batch.append(self._entries.get_nowait())
        except Empty:
            pass
        return batch
