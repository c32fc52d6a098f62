"""The delivery worker as a child of the server's supervisor: forked, watched, begun anew when it dies, ended with the server.

A fork and not a new interpreter: what Django loaded before is shared, so that the worker costs a few megabytes. It closes what it
inherited (the server's listening socket above all), keeps no secret in its environment, and ends by itself within a second when
the supervisor is gone, however that went.
"""

import contextlib
import logging
import os
import signal
import threading

from idp.config.environ_secrets import forget_secrets
from idp.config.forks import end_at_once_when_stopped, stops_held_back
from idp.core import clock

logger = logging.getLogger("idp.serve")

# Within the ten seconds a stop may take; the worker itself takes seven at most.
_STOP_SECONDS = 8.5
# Before a worker that died is begun anew: at first, and when it dies again and again.
_FIRST_PAUSE_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 30.0
# A worker that lived this long did not die of its start.
_LIVED_SECONDS = 60.0
# Standard input, output and error stay.
_FIRST_INHERITED = 3


class WorkerChild:
    """The child process, under whatever process id it has at the moment."""

    def __init__(self) -> None:
        """Fork the first worker, in the caller's thread, and begin to watch it."""
        self._is_ending = threading.Event()
        self._gone = threading.Event()
        self._lock = threading.Lock()
        # 0 while there is none: a process id that was waited for may be somebody else's.
        self._pid = _fork_worker()
        threading.Thread(target=self._watch, args=(self._pid,), name="worker-watch", daemon=True).start()

    def tell_to_end(self) -> None:
        """Ask the worker to finish, and begin no other; returns at once."""
        self._is_ending.set()
        self._signal(signal.SIGTERM)

    def stop(self) -> None:
        """Ask, wait, and end it by force if it takes too long."""
        self.tell_to_end()
        if not self._gone.wait(_STOP_SECONDS):
            self._signal(signal.SIGKILL)
            self._gone.wait(_FIRST_PAUSE_SECONDS)

    def _watch(self, pid: int) -> None:
        """Begin the worker anew each time it ends, until it was told to."""
        pause = _FIRST_PAUSE_SECONDS
        while pid:
            begun = clock.monotonic()
            status = self._wait_for(pid)
            if clock.monotonic() - begun > _LIVED_SECONDS:
                pause = _FIRST_PAUSE_SECONDS
            pid = 0 if self._is_ending.wait(pause) else self._begin_anew(status)
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
        self._gone.set()

    def _wait_for(self, pid: int) -> int:
        """The exit status of the worker, once it ended."""
        _pid, status = os.waitpid(pid, 0)
        with self._lock:
            self._pid = 0
        return os.waitstatus_to_exitcode(status)

    def _begin_anew(self, status: int) -> int:
        """The next worker's process id; 0 when the end came in between."""
        with self._lock:
            if self._is_ending.is_set():
                return 0
            logger.error("the worker died and is begun anew", extra={"exit_status": status})
            self._pid = _fork_worker()
            return self._pid

    def _signal(self, number: signal.Signals) -> None:
        with self._lock, contextlib.suppress(ProcessLookupError):
            if self._pid:
                os.kill(self._pid, number)


def _fork_worker() -> int:
    """The process id of a new worker."""
    supervisor = os.getpid()
    with stops_held_back():
        pid = os.fork()
    if pid:
        return pid
    # Whatever happens, this process must never go on with its parent's work.
    status = 1
    try:
        status = _be_worker(supervisor)
    finally:
        logging.shutdown()
        os._exit(status)


def _be_worker(supervisor: int) -> int:
    """Be the worker; its exit status."""
    # Ctrl-C reaches the whole group of the terminal: the supervisor alone decides then.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    end_at_once_when_stopped()
    os.closerange(_FIRST_INHERITED, os.sysconf("SC_OPEN_MAX"))
    forget_secrets(os.environ)

    # Imported only now: it needs the app registry, which exists since the stores were prepared.
    from idp.core.boundary import guard  # noqa: PLC0415
    from idp.outbox.worker import work  # noqa: PLC0415

    def begin() -> int:
        work(is_orphan=lambda: os.getppid() != supervisor)
        return 0

    return guard(begin, on_error=lambda _error: 1)()
