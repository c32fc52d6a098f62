"""Starts the example backend: `python -m example_backend.serve`.

Checks the environment, migrates the SQLite file, then serves with a production server until SIGTERM or Ctrl-C.
Whatever prevents the start is one sentence on standard error and exit status 1.
"""

import os
import socket
import sys

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import OperationalError, connections
from granian import Granian
from granian.constants import Interfaces

from example_backend.env import Environment, get_environment

#: Seconds a worker gets for the requests in hand when it is told to stop; the longest wait for the provider is shorter.
_GRACE = 6


class CannotStart(Exception):
    """The sentence for the person who started the service."""


def main() -> int:
    """Serve until told to stop; returns the exit status."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "example_backend.settings")
    try:
        environment = get_environment()
        require_free_port(environment)
        django.setup()
        migrate()
    except (CannotStart, ImproperlyConfigured) as exc:
        print(exc, file=sys.stderr)
        return 1
    serve(environment)
    return 0


def require_free_port(environment: Environment) -> None:
    """Say so when the port is taken, before anything else. Raises: CannotStart."""
    address = (environment.HOST, environment.PORT)
    try:
        family, kind, protocol, _, sockaddr = socket.getaddrinfo(*address, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            # As the server does: a port that merely lingers after a restart is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(sockaddr)
    except OSError as exc:
        reason = f"The example backend cannot listen on {address[0]}:{address[1]} ({exc.strerror}). Set HOST or PORT."
        raise CannotStart(reason) from exc


def migrate() -> None:
    """Bring the SQLite file up to date. Raises: CannotStart."""
    try:
        call_command("migrate", interactive=False, verbosity=0)
    except OperationalError as exc:
        raise CannotStart(f"The database in EXAMPLE_STATE_DIR cannot be used: {exc}.") from exc
    finally:
        # Workers are other processes: none may inherit this connection.
        connections.close_all()


def serve(environment: Environment) -> None:
    """Run the production server in this process and one worker beside it."""
    print(f"The example backend listens on {environment.DEMO_API_ORIGIN}", flush=True)
    Granian(
        "example_backend.wsgi:application",
        address=environment.HOST,
        port=environment.PORT,
        interface=Interfaces.WSGI,
        # SQLite has one writer, and every request waits for the provider: threads are what helps.
        workers=1,
        blocking_threads=8,
        websockets=False,
        workers_kill_timeout=_GRACE,
        log_access=False,
    ).serve()


if __name__ == "__main__":
    sys.exit(main())
