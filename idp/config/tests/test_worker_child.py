"""The delivery worker beside the server: there with it, back when it dies, gone with it, and without what it must not hold."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from idp.config.environ_secrets import forget_secrets
from idp.tests.migrated import copy_tables

ROOT = Path(__file__).resolve().parents[3]
_PATIENCE_SECONDS = 120


class Server:
    """A running server; `workers` grows with each delivery worker that says it started."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.lines: list[str] = []
        self.workers: list[int] = []
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)
            entry = json.loads(line)
            if entry["event"] == "worker started":
                self.workers.append(entry["pid"])

    def said(self, event: str) -> bool:
        return any(f'"{event}"' in line for line in self.lines)

    @property
    def children(self) -> set[int]:
        return {int(child) for child in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()}


def wait_until(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def is_gone(pid: int) -> bool:
    """Whether this process ended; one that waits for its new parent to notice has."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def open_files(pid: int) -> list[str]:
    """What a process has open; what it closes in this moment is left out."""
    found = []
    for file in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            found.append(str(file.readlink()))
    return found


@pytest.fixture
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    """Starts the server with these variables and none of ours; ends whatever is left."""
    started: list[Server] = []
    kept = {name: os.environ[name] for name in os.environ if name == "PATH" or name.startswith("COVERAGE")}

    def start(**environ: str) -> Server:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = str(probe.getsockname()[1])
        state = tmp_path_factory.mktemp("serve") / "state"
        copy_tables(state)
        process = subprocess.Popen(
            [sys.executable, "-m", "idp.config.serve"],
            cwd=ROOT,
            env={**kept, "IDP_STATE_DIR": str(state), "PORT": port, **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        started.append(Server(process))
        wait_until(lambda: started[-1].said("Started worker-1"))
        return started[-1]

    yield start
    for server in started:
        # The whole group: a server that was killed leaves its own workers behind.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.process.pid, signal.SIGKILL)
        server.process.wait()


def test_a_worker_that_is_killed_is_begun_anew_and_ends_with_the_server(serve: Callable[..., Server]) -> None:
    server = serve()
    wait_until(lambda: len(server.workers) == 1)
    first = server.workers[0]
    assert first in server.children
    # Nothing of the server's is in its hands: a connection to it would never be answered.
    assert not [target for target in open_files(first) if target.startswith("socket:")]

    os.kill(first, signal.SIGKILL)
    wait_until(lambda: len(server.workers) == 2)
    assert server.said("the worker died and is begun anew")

    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(timeout=_PATIENCE_SECONDS) == 0
    wait_until(lambda: all(is_gone(pid) for pid in server.workers))
    wait_until(lambda: server.said("worker ended"))
    assert len(server.workers) == 2


def test_a_worker_does_not_outlive_a_server_that_was_killed(serve: Callable[..., Server]) -> None:
    server = serve()
    wait_until(lambda: len(server.workers) == 1)
    os.kill(server.process.pid, signal.SIGKILL)
    wait_until(lambda: is_gone(server.workers[0]))


def test_it_can_be_left_to_other_machines(serve: Callable[..., Server]) -> None:
    server = serve(IDP_WORKER="0")
    # The one child is the server's own.
    assert len(server.children) == 1
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(timeout=_PATIENCE_SECONDS) == 0
    assert server.workers == []


def test_no_secret_stays_in_the_environment() -> None:
    names = ("IDP_SECRET_KEY", "IDP_ENCRYPTION_KEYS", "IDP_LOOKUP_KEY", "DATABASE_URL", "REDIS_URL", "DEMO_API_CLIENT_SECRET")
    environ = dict.fromkeys((*names, "HTTP_AUTHORIZATION", "IDP_ISSUER"), "canary")
    forget_secrets(environ)
    assert environ == {"IDP_ISSUER": "canary"}


def test_a_worker_of_its_own_works_until_it_is_told_to_end(tmp_path: Path) -> None:
    kept = {name: os.environ[name] for name in os.environ if name == "PATH" or name.startswith("COVERAGE")}
    environ = {**kept, "IDP_STATE_DIR": str(tmp_path / "state")}
    copy_tables(tmp_path / "state")
    process = subprocess.Popen(
        [sys.executable, "manage.py", "work"], cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    server = Server(process)
    wait_until(lambda: server.workers == [process.pid])
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=_PATIENCE_SECONDS) == 0
