"""Starts the example backend: `python -m example_backend.serve`.

Checks the environment, migrates the SQLite file, then serves with a production server until SIGTERM or Ctrl-C.
Whatever prevents the start is one sentence on standard error and exit status 1.
"""

import os
import signal
import socket
import sys
from collections.abc import Callable
from typing import Any

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import OperationalError, connections
from granian.constants import Interfaces
from granian.server.mp import MPServer, WorkerProcess

from example_backend.env import Environment, get_environment

#: Seconds a worker gets for the requests in hand when it is told to stop; the longest wait for the provider is shorter.
_GRACE = 6
_STOPS = (signal.SIGTERM, signal.SIGINT)


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
    _Server(
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
    ).serve(target_loader=_load_application, wrap_loader=False)


class _Server(MPServer):
    """A stop that arrives while a worker is forked waits until the worker can act upon it.

    A new process begins with its parent's handlers, which would swallow the stop; the worker would have to be killed.
    """

    def _spawn_worker(self, *given: Any, **named: Any) -> WorkerProcess:  # noqa: ANN401 - as the library calls it
        """A worker that is forked while stops are held back; `_load_application` lets them through."""
        process: WorkerProcess = super()._spawn_worker(*given, **named)
        start = process.inner.start

        def start_unheard() -> None:
            before = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPS)
            try:
                start()
            finally:
                signal.pthread_sigmask(signal.SIG_SETMASK, before)

        process.inner.start = start_unheard
        return process


def _load_application() -> Callable[..., Any]:
    """First in a worker. Until the library listens for stops, there is nothing to finish: a stop is a clean end."""
    signal.signal(signal.SIGTERM, lambda _number, _frame: os._exit(0))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPS)

    from example_backend.wsgi import application  # noqa: PLC0415 - it reads the environment that was judged before

    return application


if __name__ == "__main__":
    sys.exit(main())
