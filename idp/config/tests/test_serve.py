"""The production server from outside: refusals and their exit status, a taken port, a clean end."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import patch

import pytest

from idp.config import serve, worker_child
from idp.config.env import load_environment
from idp.config.serve import CannotServe, listening_address
from idp.outbox import worker

ROOT = Path(__file__).resolve().parents[3]
# For a machine that does much else; how long a stop may take is a matter of the limits it is given, below.
_PATIENCE_SECONDS = 120

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One state folder for all: its first server migrates."""
    return tmp_path_factory.mktemp("serve") / "state"


@pytest.fixture
def start(state: Path) -> Iterator[Start]:
    """Starts the server with these variables and none of ours; ends whatever is left."""
    started: list[subprocess.Popen[str]] = []

    def run(**environ: str) -> "subprocess.Popen[str]":
        kept = {name: os.environ[name] for name in os.environ if name == "PATH" or name.startswith("COVERAGE")}
        process = subprocess.Popen(
            [sys.executable, "-m", "idp.config.serve"],
            cwd=ROOT,
            env={**kept, "IDP_STATE_DIR": str(state), **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def free_ports(count: int) -> list[int]:
    """Ports that were free a moment ago."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


@pytest.fixture
def free_port() -> int:
    return free_ports(1)[0]


def wait_for_health(process: "subprocess.Popen[str]", port: int) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=_PATIENCE_SECONDS) as answer:
                assert answer.status == 200
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"no answer; exit {process.poll()}: {process.stderr.read() if process.stderr else ''}")


def test_a_refused_environment_is_exit_2_with_every_sentence(start: Start) -> None:
    process = start(IDP_MODE="production", PORT="x")
    _output, complaints = process.communicate(timeout=_PATIENCE_SECONDS)
    assert process.returncode == 2
    for name in ("PORT", "DATABASE_URL", "REDIS_URL", "IDP_SECRET_KEY", "IDP_ENCRYPTION_KEYS", "IDP_LOOKUP_KEY"):
        assert f"  - {name} " in complaints
    assert "Traceback" not in complaints


def test_a_taken_port_is_exit_1_with_one_sentence(start: Start) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = start(PORT=str(port))
        _output, complaints = process.communicate(timeout=_PATIENCE_SECONDS)
    assert process.returncode == 1
    assert complaints.count("\n") == 1
    assert f"PORT {port}" in complaints


def test_an_unreachable_database_is_exit_1_with_a_sentence(start: Start) -> None:
    (port,) = free_ports(1)
    process = start(PORT=str(port), DATABASE_URL="postgres://idp:canary@127.0.0.1:9/idp?connect_timeout=2", IDP_THROTTLE="off")
    output, complaints = process.communicate(timeout=_PATIENCE_SECONDS)
    assert process.returncode == 1
    assert "DATABASE_URL" in complaints
    assert "canary" not in output + complaints
    # What is allowed yet weakens something is in the log before anything else happens.
    assert "IDP_THROTTLE" in output.splitlines()[0]


def test_a_state_folder_open_to_others_is_exit_2_with_a_sentence(start: Start, tmp_path: Path) -> None:
    folder = tmp_path / "open"
    folder.mkdir()
    (folder / "something").touch()
    folder.chmod(0o755)
    process = start(PORT=str(free_ports(1)[0]), IDP_STATE_DIR=str(folder))
    _output, complaints = process.communicate(timeout=_PATIENCE_SECONDS)
    assert process.returncode == 2
    assert f"chmod 700 {folder}" in complaints


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(CannotServe, match="HOST"):
        listening_address("no-such-host.invalid", 8000)
    with pytest.raises(CannotServe, match="PORT"):
        listening_address("192.0.2.1", 8000)


def test_localhost_means_the_address_of_the_banner(free_port: int) -> None:
    assert listening_address("localhost", free_port) == "127.0.0.1"


def test_a_worker_keeps_no_secret_in_its_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("IDP_SECRET_KEY", "DATABASE_URL", "DEMO_API_CLIENT_SECRET", "HTTP_AUTHORIZATION", "IDP_ISSUER"):
        monkeypatch.setenv(name, "canary")
    # What is forgotten here belongs to the tests that come later in this process.
    with patch.dict(os.environ):
        assert callable(serve.load_application())
        assert [name for name, value in os.environ.items() if value == "canary"] == ["IDP_ISSUER"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_server_answers_and_ends_cleanly_when_asked(start: Start, free_port: int, number: signal.Signals) -> None:
    process = start(PORT=str(free_port))
    wait_for_health(process, free_port)
    process.send_signal(number)
    output, complaints = process.communicate(timeout=_PATIENCE_SECONDS)
    assert process.returncode == 0
    # Nobody had to be killed, which is what would use up the ten seconds.
    assert "refused to gracefully stop" not in output
    assert "Traceback" not in output + complaints
    assert all(line.startswith("{") for line in output.splitlines())


def test_two_that_start_together_on_a_new_database_both_serve(start: Start, tmp_path: Path) -> None:
    ports = free_ports(2)
    both = [start(PORT=str(port), IDP_STATE_DIR=str(tmp_path / "new")) for port in ports]
    for process, port in zip(both, ports, strict=True):
        wait_for_health(process, port)
    made = list((tmp_path / "new").iterdir())
    assert {"idp.sqlite3", "secrets.json"} <= {path.name for path in made}
    # Files made by the server are for its user only.
    assert not [path for path in made if path.stat().st_mode & 0o077]


def test_asked_before_it_serves_it_ends_cleanly_too(start: Start, free_port: int, tmp_path: Path) -> None:
    process = start(PORT=str(free_port), IDP_STATE_DIR=str(tmp_path / "state"))
    deadline = time.monotonic() + _PATIENCE_SECONDS
    # Made while the settings are read, long after it began to listen to stops; the migrations are still to come.
    while not (tmp_path / "state" / "secrets.json").exists():
        assert time.monotonic() < deadline
        time.sleep(0.005)
    process.send_signal(signal.SIGTERM)
    output, complaints = process.communicate(timeout=_PATIENCE_SECONDS)
    assert process.returncode == 0
    assert "Traceback" not in output + complaints


def test_what_a_stop_may_wait_for_leaves_room_in_the_ten_seconds() -> None:
    # The worker's deliveries, then the worker, then whoever is killed; the server's own requests beside them.
    assert worker._FINISH_SECONDS < worker_child._STOP_SECONDS
    assert worker_child._STOP_SECONDS + worker_child._FIRST_PAUSE_SECONDS < 10
    assert serve._FINISH_SECONDS < 10
    assert serve._server(load_environment({}), "127.0.0.1", None).workers_kill_timeout == serve._FINISH_SECONDS
