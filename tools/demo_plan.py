"""What `make run` starts, and with what: ports, addresses, secrets and the commands of its programs.

All of it follows from a handful of variables; ports are judged here, before anything is started.
"""

import errno
import secrets
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from idp.config.state import load_secrets, prepare_folder

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"

_PORTS = {"PORT": 8000, "DEMO_API_PORT": 8001, "DEMO_SPA_PORT": 5173}
_SECRETS = ("DEMO_API_CLIENT_SECRET", "FASHIONISTAR_BACKEND_CLIENT_SECRET", "FASHIONISTAR_WEB_BFF_CLIENT_SECRET")
_EVENTS_SECRET = "DEMO_API_EVENTS_SECRET"  # noqa: S105 - the name of a variable


class PlanRefused(Exception):
    """The demo cannot be started like this; the text is one sentence naming what to change."""


@dataclass(frozen=True)
class Program:
    """One program of the demo; `health` is the address that answers when it is ready, empty for one that ends."""

    name: str
    title: str
    command: tuple[str, ...]
    folder: Path = ROOT
    health: str = ""
    environ: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """The whole demo."""

    issuer: str
    spa_origin: str
    api_origin: str
    state_dir: Path
    environ: Mapping[str, str]
    preparation: Program
    programs: tuple[Program, ...]


def make_plan(environ: Mapping[str, str]) -> Plan:
    """The demo for this environment. Raises: PlanRefused, StateRefused."""
    ports = _free_ports(environ)
    state_dir = Path(environ.get("IDP_STATE_DIR") or ROOT / ".state").expanduser().absolute()
    prepare_folder(state_dir)
    prepare_folder(state_dir / "logs")
    client_secrets = load_secrets(state_dir / "demo-secrets.json", _generate_client_secrets)
    # In a file of its own: a demo that was made before it had events keeps its other secrets.
    client_secrets |= load_secrets(state_dir / "demo-events-secret.json", _generate_events_secret)

    shared = {
        **environ,
        "HOST": HOST,
        "IDP_MODE": "demo",
        "IDP_STATE_DIR": str(state_dir),
        "IDP_ISSUER": environ.get("IDP_ISSUER") or f"http://localhost:{ports['PORT']}",
        "DEMO_API_ORIGIN": environ.get("DEMO_API_ORIGIN") or f"http://localhost:{ports['DEMO_API_PORT']}",
        "DEMO_SPA_ORIGIN": environ.get("DEMO_SPA_ORIGIN") or f"http://localhost:{ports['DEMO_SPA_PORT']}",
        "PYTHONUNBUFFERED": "1",
    }
    # Secrets go to the programs that need them, not into what all of them share.
    given = {name: environ[name] for name in (*_SECRETS, _EVENTS_SECRET) if environ.get(name)}
    return Plan(
        issuer=shared["IDP_ISSUER"],
        spa_origin=shared["DEMO_SPA_ORIGIN"],
        api_origin=shared["DEMO_API_ORIGIN"],
        state_dir=state_dir,
        environ=shared,
        preparation=_preparation({**client_secrets, **given}),
        programs=_programs(ports, state_dir, {**client_secrets, **given}),
    )


def _preparation(client_secrets: Mapping[str, str]) -> Program:
    """Database, keys, registrations, people; the only program that needs every client's secret."""
    return Program(
        name="preparation",
        title="preparation of the database",
        command=(sys.executable, "-m", "tools.prepare_demo"),
        environ=dict(client_secrets),
    )


def _programs(ports: Mapping[str, int], state_dir: Path, client_secrets: Mapping[str, str]) -> tuple[Program, ...]:
    """The three servers, each with its own port and only its own secrets."""
    return (
        Program(
            name="provider",
            title="identity provider",
            command=(sys.executable, "-m", "idp.config.serve"),
            health=f"http://{HOST}:{ports['PORT']}/healthz",
            environ={"PORT": str(ports["PORT"])},
        ),
        Program(
            name="example-backend",
            title="example backend",
            command=(sys.executable, "-m", "example_backend.serve"),
            folder=ROOT / "clients" / "example_backend",
            health=f"http://{HOST}:{ports['DEMO_API_PORT']}/healthz",
            # What it introspects with (RFC 7662 §2.1), and what the provider shows when it tells of accounts.
            environ={
                "PORT": str(ports["DEMO_API_PORT"]),
                "EXAMPLE_STATE_DIR": str(state_dir / "example-backend"),
                "DEMO_API_CLIENT_SECRET": client_secrets["DEMO_API_CLIENT_SECRET"],
                _EVENTS_SECRET: client_secrets[_EVENTS_SECRET],
            },
        ),
        Program(
            name="demo-spa",
            title="demo storefront",
            command=("node", "frontend/demo-spa/serve.mjs"),
            health=f"http://{HOST}:{ports['DEMO_SPA_PORT']}/",
            environ={"PORT": str(ports["DEMO_SPA_PORT"])},
        ),
    )


def _free_ports(environ: Mapping[str, str]) -> dict[str, int]:
    """The port of each program, all different and all free. Raises: PlanRefused."""
    ports = {name: _port(name, environ.get(name) or str(default)) for name, default in _PORTS.items()}
    if len(set(ports.values())) != len(ports):
        raise PlanRefused(f"{', '.join(ports)} must be three different ports.")
    for name, port in ports.items():
        _refuse_unless_free(name, port)
    return ports


def _port(name: str, text: str) -> int:
    """A port number. Raises: PlanRefused."""
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= 65535):
        raise PlanRefused(f"{name} must be a whole number from 1 to 65535.")
    return int(text)


def _refuse_unless_free(name: str, port: int) -> None:
    """Raises: PlanRefused, when the port cannot be opened."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As servers do it, so that connections lingering from a run just ended do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            reason = "is taken by another program" if error.errno == errno.EADDRINUSE else "may not be opened"
            advice = f"choose another, for example: make run {name}={_PORTS[name] + 100}"
            raise PlanRefused(f"Port {port} {reason}; {advice}") from error


def _generate_client_secrets() -> dict[str, str]:
    """A secret per confidential client of the demo."""
    return {name: f"demo-{secrets.token_urlsafe(32)}" for name in _SECRETS}


def _generate_events_secret() -> dict[str, str]:
    """What the provider shows to the example backend."""
    return {_EVENTS_SECRET: f"demo-{secrets.token_urlsafe(32)}"}
