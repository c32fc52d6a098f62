"""The hashing process of this serving process: started at the first hash, replaced when it died or hangs.

Started by exec: a fork would copy the locks of other threads. A question whose process died is asked once more of a new
one; one that gets no answer in time is given up, and the process with it. Either way the caller learns that nothing was
found out, never that a password is wrong.
"""

import logging
import os
import threading
from collections.abc import Sequence

from idp.accounts.errors import HashingUnavailable
from idp.accounts.hashing import frames
from idp.accounts.hashing.child import PROGRAM, Child
from idp.core import clock

logger = logging.getLogger("idp.accounts")

# Above the costliest hash that `stored_hashes` lets through, on a machine with other things to do.
_ANSWER_SECONDS = 10.0
# A program that never answers anything is not started more often than this.
_PAUSE_SECONDS = 1.0
_RETRY_AFTER_SECONDS = 5


class HashingProcess:
    """At most one program at a time; safe to use from any thread, and from a process forked later."""

    def __init__(
        self,
        *,
        sockets: int,
        command: Sequence[str] = PROGRAM,
        answer_seconds: float = _ANSWER_SECONDS,
        pause_seconds: float = _PAUSE_SECONDS,
    ) -> None:
        """It computes as many hashes at once as it has sockets. Nothing is started yet."""
        self._sockets = sockets
        self._command = command
        self._answer_seconds = answer_seconds
        self._pause_seconds = pause_seconds
        self._lock = threading.Lock()
        self._child: Child | None = None
        self._not_before = 0.0
        os.register_at_fork(after_in_child=self._forget)

    @property
    def pid(self) -> int | None:
        """Process id of the program that runs now."""
        child = self._child
        return child.pid if child else None

    def ask(self, function: str, *arguments: str | int) -> str | bool:
        """What this function of `functions` says. Raises HashingUnavailable."""
        question = {"function": function, "arguments": arguments}
        for _attempt in range(2):
            child = self._running()
            try:
                return _result(child.ask(question, within=self._answer_seconds))
            except frames.Closed as exc:
                self._replace(child, why=f"it ended: {exc}")
            except TimeoutError as exc:
                self._replace(child, why="it did not answer in time")
                raise _unavailable("the hashing process did not answer in time") from exc
        raise _unavailable("the hashing process ended twice")

    def stop(self) -> None:
        """End the program if one runs; the next question starts another."""
        with self._lock:
            child, self._child = self._child, None
        if child:
            child.kill()

    def _running(self) -> Child:
        """The program, started if none runs. Raises HashingUnavailable."""
        with self._lock:
            if self._child is None:
                if clock.monotonic() < self._not_before:
                    raise _unavailable("the hashing process does not start")
                try:
                    self._child = Child(self._command, sockets=self._sockets)
                except OSError as exc:
                    raise _unavailable("the hashing process cannot be started") from exc
                logger.info("hashing process started", extra={"hashing_pid": self._child.pid})
            return self._child

    def _replace(self, child: Child, *, why: str) -> None:
        """Make sure that this one is gone; whoever comes next starts another."""
        with self._lock:
            if self._child is not child:
                # Somebody else who was waiting for it came first.
                return
            self._child = None
            if not child.has_answered:
                self._not_before = child.started + self._pause_seconds
        status = child.kill()
        logger.error("hashing process replaced", extra={"hashing_pid": child.pid, "status": status, "why": why})

    def _forget(self) -> None:
        """In a forked process: the program is the parent's, and so are its sockets."""
        self._lock = threading.Lock()
        if self._child:
            self._child.forget()
        self._child = None


def _result(answer: object) -> str | bool:
    """What was computed. Raises frames.Closed for what is no answer, HashingUnavailable when it could not be computed."""
    match answer:
        case {"result": str() | bool() as result}:
            return result
        case {"failure": str() as kind}:
            raise _unavailable(f"a password hash could not be computed: {kind}")
        case _:
            raise frames.Closed("not an answer")


def _unavailable(detail: str) -> HashingUnavailable:
    return HashingUnavailable(detail=detail, retry_after=_RETRY_AFTER_SECONDS)
