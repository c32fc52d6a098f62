"""Child processes: a silent or dying program ends the demo in a sentence, and nothing is left running."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from tools.demo_plan import Program
from tools.processes import DemoStopped, start, stop_all, wait_until_done, wait_until_healthy

_PATIENCE_SECONDS = 60


def program(code: str) -> Program:
    command = (sys.executable, "-c", code)
    return Program(name="child", title="child program", command=command, health="http://127.0.0.1:9/")


def test_a_program_that_ends_shows_its_last_lines(tmp_path: Path) -> None:
    child = start(program("print('the reason'); raise SystemExit(3)"), logs=tmp_path, environ=os.environ)
    with pytest.raises(DemoStopped, match=r"(?s)the reason.*exit 3"):
        wait_until_healthy(child, seconds=_PATIENCE_SECONDS)


def test_a_program_that_stays_silent_is_given_up(tmp_path: Path) -> None:
    child = start(program("import time; time.sleep(60)"), logs=tmp_path, environ=os.environ)
    with pytest.raises(DemoStopped, match="did not answer"):
        wait_until_healthy(child, seconds=0.3)
    stop_all([child])


def test_work_that_fails_is_told_from_work_done(tmp_path: Path) -> None:
    wait_until_done(start(program("pass"), logs=tmp_path, environ=os.environ), seconds=_PATIENCE_SECONDS)
    with pytest.raises(DemoStopped, match="exit 4"):
        wait_until_done(start(program("raise SystemExit(4)"), logs=tmp_path, environ=os.environ), seconds=_PATIENCE_SECONDS)


def test_a_program_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    missing = Program(name="missing", title="missing program", command=("/does/not/exist",))
    with pytest.raises(DemoStopped, match="cannot be started"):
        start(missing, logs=tmp_path, environ=os.environ)


def test_stopping_takes_what_a_program_started_with_it(tmp_path: Path) -> None:
    code = (
        "import subprocess, sys; "
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); "
        "print(child.pid, flush=True); child.wait()"
    )
    parent = start(program(code), logs=tmp_path, environ=os.environ)
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not parent.log.read_text().strip() and time.monotonic() < deadline:
        time.sleep(0.05)
    grandchild = int(parent.log.read_text())
    stop_all([parent])
    assert parent.process.returncode == -signal.SIGTERM
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while _is_running(grandchild):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _is_running(number: int) -> bool:
    """Whether a process is alive; one that ended and waits to be reaped is not."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{number}/status").read_text()
    except FileNotFoundError:
        return False
