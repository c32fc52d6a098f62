"""Started as an operator does: a process of its own, the production server, signals."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.provider import ADA, API, running_provider

PROJECT = Path(__file__).parents[1]
# For a machine that does much else; no test here is about how long something takes.
_PATIENCE_SECONDS = 120
SERVE = [sys.executable, "-m", "example_backend.serve"]


def environment(state: Path, **changes: object) -> dict[str, str]:
    """A bare environment for one process; a change to None leaves the variable out."""
    variables: dict[str, object] = {
        "PATH": os.environ["PATH"], "PYTHONPATH": f"{PROJECT}{os.pathsep}{PROJECT.parent / 'python' / 'src'}",
        "EXAMPLE_STATE_DIR": state, "DEMO_API_CLIENT_SECRET": "api-secret",
        "DEMO_API_EVENTS_SECRET": "e" * 40, "HOST": "127.0.0.1", "DEMO_API_ORIGIN": API,
    }  # fmt: skip
    # Coverage measures the processes we start, when it measures us.
    measuring = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}
    return measuring | {name: str(value) for name, value in (variables | changes).items() if value is not None}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(port: int, path: str, headers: Mapping[str, str] | None = None) -> tuple[int, dict[str, object]]:
    """One request to the running service."""
    connection = HTTPConnection("127.0.0.1", port, timeout=_PATIENCE_SECONDS)
    try:
        connection.request("GET", path, headers=dict(headers or {}))
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


@contextmanager
def served(state: Path, **changes: object) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Start the service and wait until it answers."""
    port = free_port()
    variables = environment(state, PORT=port, **changes)
    with subprocess.Popen(
        SERVE, cwd=PROJECT, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            wait_until_healthy(process, port)
            yield process, port
        finally:
            # Asked, not killed: a killed server would leave its worker behind.
            if process.poll() is None:
                process.terminate()
                process.wait(timeout=_PATIENCE_SECONDS)


def wait_until_healthy(process: subprocess.Popen[str], port: int) -> None:
    """Poll /healthz until it answers."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if get(port, "/healthz")[0] == 200:
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail("the example backend did not start")


def test_serves_and_stops(tmp_path: Path) -> None:
    state = tmp_path / "new" / "state"
    with running_provider() as provider, served(state, IDP_ISSUER=provider.issuer) as (process, port):
        status, body = get(port, "/api/me", {"Authorization": f"Bearer {provider.grant()}"})
        assert status == 200
        assert body["data"]["user"]["sub"] == ADA  # type: ignore[index]  # any JSON
        assert get(port, "/api/me?access_token=good")[0] == 401
        # Several values, however the server joins them, are never one token.
        assert get(port, "/api/me", {"Authorization": "Bearer good, Bearer good"})[0] == 401
        assert stat.S_IMODE(state.stat().st_mode) == 0o700

        # A browser that keeps its connection open does not hold up the stop.
        idle = HTTPConnection("127.0.0.1", port, timeout=_PATIENCE_SECONDS)
        idle.request("GET", "/healthz")
        idle.getresponse().read()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=_PATIENCE_SECONDS) == 0
        idle.close()
        assert process.stdout is not None
        output = process.stdout.read()
    assert f"listens on {API}" in output
    assert "Traceback" not in output
    # Nobody had to be killed, which would take the time that a stop is given.
    assert "refused to gracefully stop" not in output
    assert "good" not in output, "tokens reach no log"


# The process forked after the server has its handlers is its worker: while it is being born, the server is told to
# stop, and so tells its worker before it has a handler of its own.
STOPPED_WHILE_FORKING = """
import os, signal, sys, time
from example_backend import serve

def in_child():
    if getattr(signal.getsignal(signal.SIGTERM), "__name__", "") != "signal_handler_interrupt":
        return
    os.kill(os.getppid(), signal.SIGTERM)
    for _ in range(6000):
        if signal.SIGTERM in signal.sigpending():
            return
        time.sleep(0.01)

os.register_at_fork(after_in_child=in_child)
sys.exit(serve.main())
"""


def test_a_stop_while_the_worker_is_forked_kills_nobody(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", STOPPED_WHILE_FORKING],
        cwd=PROJECT, env=environment(tmp_path / "state", PORT=free_port()),
        capture_output=True, text=True, timeout=_PATIENCE_SECONDS, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert "Stopped worker-1" in run.stdout + run.stderr
    assert "refused to gracefully stop" not in run.stdout + run.stderr


def test_two_authorization_headers_are_not_access(tmp_path: Path) -> None:
    with running_provider() as provider, served(tmp_path, IDP_ISSUER=provider.issuer) as (_, port):
        provider.grant()
        connection = HTTPConnection("127.0.0.1", port, timeout=_PATIENCE_SECONDS)
        connection.putrequest("GET", "/api/me")
        connection.putheader("Authorization", "Bearer good")
        connection.putheader("Authorization", "Bearer good")
        connection.endheaders()
        answer = connection.getresponse()
        answer.read()
        connection.close()
        assert answer.status == 401


def start_and_fail(variables: Mapping[str, str]) -> str:
    """Start with something wrong; returns what the operator reads."""
    run = subprocess.run(
        SERVE, cwd=PROJECT, env=variables, capture_output=True, text=True, timeout=_PATIENCE_SECONDS, check=False
    )
    assert run.returncode == 1
    assert "Traceback" not in run.stderr
    assert "api-secret" not in run.stderr
    return run.stderr


def test_all_bad_variables_are_named_at_once(tmp_path: Path) -> None:
    said = start_and_fail(
        environment(tmp_path, PORT="many", DEMO_API_CLIENT_SECRET=None, IDP_ISSUER="nowhere", DEMO_SPA_ORIGIN="ftp://x")
    )
    for name in ("PORT", "DEMO_API_CLIENT_SECRET", "IDP_ISSUER", "DEMO_SPA_ORIGIN"):
        assert name in said


def test_provider_in_clear_text_elsewhere_is_refused(tmp_path: Path) -> None:
    said = start_and_fail(environment(tmp_path, PORT=free_port(), IDP_ISSUER="http://idp.example"))
    assert "must be https" in said


def test_taken_port(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert f"cannot listen on 127.0.0.1:{port}" in start_and_fail(environment(tmp_path, PORT=port))


def test_unusable_state_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "EXAMPLE_STATE_DIR" in start_and_fail(environment(tmp_path / "file" / "state", PORT=free_port()))


def test_unusable_database(tmp_path: Path) -> None:
    (tmp_path / "example.sqlite3").mkdir()
    assert "EXAMPLE_STATE_DIR" in start_and_fail(environment(tmp_path, PORT=free_port()))


def test_manage_py_says_the_same(tmp_path: Path) -> None:
    command = [sys.executable, "manage.py", "check"]
    good, bad = (
        subprocess.run(
            command, cwd=PROJECT, env=environment(tmp_path, PORT=port), capture_output=True, text=True, check=False
        )
        for port in (8001, "many")
    )
    assert good.returncode == 0, good.stderr
    assert bad.returncode == 1
    assert "PORT" in bad.stderr
    assert "Traceback" not in bad.stderr


def test_models_and_migrations_agree(tmp_path: Path) -> None:
    command = [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"]
    run = subprocess.run(command, cwd=PROJECT, env=environment(tmp_path), capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
