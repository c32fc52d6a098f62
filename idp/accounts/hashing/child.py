"""One running hashing process, seen from the process that started it: its program, and our ends of the sockets to it."""

import os
import queue
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from idp.accounts.hashing import frames
from idp.core import clock

PROGRAM = (sys.executable, "-m", "idp.accounts.hashing.program")

_PROJECT = Path(__file__).resolve().parents[3]
# What a program needs to start, what measures its coverage, and nothing that could be a secret.
_KEPT_VARIABLES = ("PATH", "LD_LIBRARY_PATH", "LANG", "LC_", "TZ", "PYTHON", "VIRTUAL_ENV", "COVERAGE")
# The tens of megabytes of a hash go back to the system at once, instead of staying for the next one.
_MEMORY = {"MALLOC_ARENA_MAX": "1", "MALLOC_MMAP_THRESHOLD_": "1048576"}


class Child:
    """Each socket is lent to one question at a time, so as many are computed at once as there are sockets."""

    def __init__(self, command: Sequence[str], *, sockets: int) -> None:
        """Start the program; it is asked before it is ready, and answers when it is. Raises OSError."""
        self.started = clock.monotonic()
        self.has_answered = False
        # Our ends close with this process, whatever becomes of it; only theirs are handed on.
        pairs = [socket.socketpair() for _ in range(sockets)]
        self._ends = tuple(ours for ours, _theirs in pairs)
        self._free: queue.LifoQueue[socket.socket] = queue.LifoQueue()
        for end in self._ends:
            self._free.put(end)
        numbers = [theirs.fileno() for _ours, theirs in pairs]

        # No secret in arguments or environment, where other processes could read it.
        try:
            self._process = subprocess.Popen(  # noqa: S603  # a program of ours, by constants
                [*command, *map(str, numbers)],
                pass_fds=numbers,
                env={**_kept(os.environ), **_MEMORY},
                cwd=_PROJECT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )
        except OSError:
            self.forget()
            raise
        finally:
            for _ours, theirs in pairs:
                theirs.close()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def ask(self, question: Mapping[str, object], *, within: float) -> Mapping[str, object]:
        """Its answer. Raises frames.Closed when it has ended, TimeoutError after so many seconds."""
        try:
            end = self._free.get(timeout=within)
        except queue.Empty:
            raise TimeoutError from None
        try:
            end.settimeout(within)
            frames.send(end, question)
            answer = frames.receive(end, within=within)
        except (frames.Closed, TimeoutError):
            # An answer may still be under way on it: nobody else shall read that as theirs.
            end.close()
            raise
        self.has_answered = True
        self._free.put(end)
        if self._process.returncode is not None:
            self._close_free()
        return answer

    def kill(self) -> int:
        """End it now, whatever it does; its exit status, negative for a signal."""
        self._process.kill()
        status = self._process.wait()
        self._close_free()
        return status

    def forget(self) -> None:
        """Close our ends without a word or a lock: nobody here uses them, in a process that was forked from ours."""
        for end in self._ends:
            end.close()

    def _close_free(self) -> None:
        """A socket that is lent out belongs to its question, which closes it or gives it back."""
        while True:
            try:
                self._free.get_nowait().close()
            except queue.Empty:
                return


def _kept(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environ.items() if name.startswith(_KEPT_VARIABLES)}
