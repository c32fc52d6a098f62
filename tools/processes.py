"""Child processes of the demo: start each in a group of its own, wait until it answers, stop them all together.

A group of its own keeps Ctrl-C for the launcher alone, which then stops its children in order and by process id.
"""

import contextlib
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.demo_plan import Program

_STOP_SECONDS = 10
_LINES_SHOWN = 15
_POLL_SECONDS = 0.05

# Never through a proxy of the environment: everything asked here is on this machine.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class DemoStopped(Exception):
    """The demo cannot go on; the text says why, with the last lines of the log concerned."""


@dataclass(frozen=True)
class Child:
    """A started program."""

    program: Program
    process: subprocess.Popen[bytes]
    log: Path

    def refuse_if_ended(self) -> None:
        """Raises: DemoStopped, when the program is gone."""
        status = self.process.poll()
        if status is not None:
            lines = self.log.read_text("utf-8", errors="replace").splitlines()[-_LINES_SHOWN:]
            raise DemoStopped(
                "\n".join([*lines, f"The {self.program.title} ended by itself (exit {status}); its log is {self.log}"])
            )


def start(program: Program, *, logs: Path, environ: Mapping[str, str]) -> Child:
    """Start a program with its output in `logs`, which begins anew. Raises: DemoStopped."""
    log = logs / f"{program.name}.log"
    with log.open("wb") as output:
        try:
            process = subprocess.Popen(
                program.command,
                cwd=program.folder,
                env={**environ, **program.environ},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            raise DemoStopped(f"The {program.title} cannot be started: {error.strerror} ({program.command[0]})") from error
    return Child(program=program, process=process, log=log)


def wait_until_healthy(child: Child, *, seconds: float) -> None:
    """Return once the program answers its health address. Raises: DemoStopped, when it ends or stays silent."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        child.refuse_if_ended()
        if _answers(child.program.health):
            return
        time.sleep(_POLL_SECONDS)
    raise DemoStopped(f"The {child.program.title} did not answer within {seconds:.0f} seconds; its log is {child.log}")


def wait_until_done(child: Child, *, seconds: float) -> None:
    """Return once the program has ended well. Raises: DemoStopped."""
    try:
        status = child.process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        raise DemoStopped(f"The {child.program.title} took over {seconds:.0f} seconds; its log is {child.log}") from None
    if status:
        child.refuse_if_ended()


def stop_all(children: Sequence[Child]) -> None:
    """Ask every group to end, then make it."""
    for child in children:
        _signal_group(child, signal.SIGTERM)
    deadline = time.monotonic() + _STOP_SECONDS
    for child in children:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.process.wait(timeout=max(deadline - time.monotonic(), 0.1))
        # Also when the leader is gone: what it started belongs to the same group.
        _signal_group(child, signal.SIGKILL)
        child.process.wait()


def _signal_group(child: Child, number: signal.Signals) -> None:
    """Signal a child's process group; none left is fine."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.process.pid, number)


def _answers(url: str) -> bool:
    """Whether the address answers with success."""
    try:
        with _opener.open(url, timeout=2) as answer:
            return bool(answer.status < 400)
    except (urllib.error.URLError, OSError):
        return False
