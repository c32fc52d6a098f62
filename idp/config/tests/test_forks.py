"""A stop that comes in the moment a process is forked: it is neither lost nor a traceback (the signal arrives in a fork hook)."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from idp.config.forks import hear_stops, stops_held_back

ROOT = Path(__file__).resolve().parents[3]

# The supervisor's own handlers, then the fork of the delivery worker, which is told to end before its first line.
_WORKER = """
import os, signal
from idp.config import serve, worker_child
for number in (signal.SIGTERM, signal.SIGINT):
    signal.signal(number, serve._stop_before_serving)
os.register_at_fork(after_in_child=lambda: os.kill(os.getpid(), signal.SIGTERM))
_pid, status = os.waitpid(worker_child._fork_worker(), 0)
assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == set()
raise SystemExit(os.waitstatus_to_exitcode(status))
"""

# The whole server. The process forked after the server has its handlers is one of its own workers: while it is being born,
# the server is told to stop, and so tells its worker before that one has a handler of its own.
_SERVER = """
import os, signal, sys, time
from idp.config import serve

def in_child():
    if getattr(signal.getsignal(signal.SIGTERM), "__name__", "") != "signal_handler_interrupt":
        return
    os.kill(os.getppid(), signal.SIGTERM)
    deadline = time.monotonic() + 60
    while signal.SIGTERM not in signal.sigpending() and time.monotonic() < deadline:
        time.sleep(0.01)

os.register_at_fork(after_in_child=in_child)
sys.exit(serve.main())
"""

# A process of one thread, as the supervisor is when it forks: another thread would hear what this one holds back.
_HELD_BACK = """
import os, signal
from idp.config.forks import stops_held_back
heard = []
signal.signal(signal.SIGTERM, lambda number, _frame: heard.append(number))
with stops_held_back():
    os.kill(os.getpid(), signal.SIGTERM)
    assert heard == []
assert heard == [signal.SIGTERM]
try:
    with stops_held_back():
        raise OSError("no fork")
except OSError:
    assert signal.SIGTERM not in signal.pthread_sigmask(signal.SIG_BLOCK, ())
else:
    raise AssertionError("the failure of a fork was swallowed")
"""


def _run(program: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    kept = {name: os.environ[name] for name in os.environ if name == "PATH"}
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**kept, **environ},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


def test_a_worker_told_to_end_while_it_is_forked_ends_cleanly() -> None:
    ended = _run(_WORKER)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_a_server_told_to_stop_while_its_workers_are_forked_kills_nobody(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    ended = _run(_SERVER, PORT=str(port), IDP_STATE_DIR=str(tmp_path / "state"), IDP_WORKER="0")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "Stopped worker-1" in ended.stdout
    assert "refused to gracefully stop" not in ended.stdout


def test_a_stop_that_was_held_back_is_acted_upon_afterwards() -> None:
    ended = _run(_HELD_BACK)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_a_new_process_hears_what_came_since_its_fork() -> None:
    with stops_held_back():
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGTERM, lambda _number, _frame: os._exit(7))
            os.kill(os.getpid(), signal.SIGTERM)
            hear_stops()
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7
