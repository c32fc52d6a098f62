"""`python -m idp.config.serve`: the provider under its production server, everything from the environment.

First of the process, in this order: judge the environment (exit 2), see that the port is free (exit 1), prepare the
stores, then granian with WORKERS processes. It exits 0 within ten seconds of SIGTERM or SIGINT: requests under way
get eight of them to finish. Nothing is imported into the database here except the schema and a signing key.
"""

import gc
import logging
import logging.config
import multiprocessing
import os
import signal
import socket
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.mp import MPServer, WorkerProcess

from idp.config import env, env_rules, state
from idp.config.environ_secrets import forget_secrets
from idp.config.forks import end_at_once_when_stopped, hear_stops, stops_held_back
from idp.config.logging import configure_structlog, logging_config
from idp.config.worker_child import WorkerChild

logger = logging.getLogger("idp.serve")

# Enough that requests waiting for a password hash or for SQL leave room for token requests, few enough that every
# thread's database connection fits PostgreSQL's default limit of 100 with several workers.
_BLOCKING_THREADS = 16
_THREAD_IDLE_SECONDS = 600
_FINISH_SECONDS = 8
_HEADER_READ_MILLISECONDS = 10_000


class CannotServe(Exception):
    """The server cannot start; the text is one sentence for the operator."""


def main() -> int:
    """Serve until told to stop; the exit status."""
    signal.signal(signal.SIGTERM, _stop_before_serving)
    signal.signal(signal.SIGINT, _stop_before_serving)
    try:
        environment = env.load_environment(os.environ)
    except env.EnvironmentRefused as refused:
        _complain("The environment does not allow a start:", *(f"  - {problem}" for problem in refused.problems))
        return 2
    try:
        address = listening_address(environment.host, environment.port)
    except CannotServe as refused:
        _complain(str(refused))
        return 1

    # Files made from here on (database, write-ahead log) are for this user only.
    os.umask(0o077)
    logging.config.dictConfig(logging_config(environment.log_level))
    configure_structlog()
    for warning in (*env_rules.find_warnings(environment), *env_rules.find_unknown_variables(os.environ, env.VARIABLES)):
        logger.warning(warning)

    failure = _prepare(environment)
    if failure:
        _complain(failure)
        return 1
    # Workers are forked from here: what is loaded now is shared between them, and collecting it would unshare it.
    _load_views()
    gc.collect()
    gc.freeze()
    _serve(environment, address)
    return 0


def _serve(environment: env.Environment, address: str) -> None:
    """The server and, beside it, the worker that delivers messages; returns when both have ended."""
    # Before the server, which has threads: a fork next to threads can take one of their locks along.
    worker = WorkerChild() if environment.run_worker else None
    try:
        _server(environment, address, worker).serve(target_loader=_begin_to_serve, wrap_loader=False)
    finally:
        if worker is not None:
            worker.stop()


def listening_address(host: str, port: int) -> str:
    """The numeric address to listen on, once it is known to be free. Raises: CannotServe."""
    try:
        # IPv4 first: "localhost" then means what the banner and the tests say, whatever the resolver prefers.
        found = sorted(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE))
    except OSError:
        raise CannotServe(f"HOST {host} is not an address of this machine.") from None
    family, kind, _protocol, _name, address = found[0]
    # The server itself shares ports between processes (SO_REUSEPORT), so a second one would start without complaint.
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except PermissionError:
            raise CannotServe(f"PORT {port} may not be opened by this user; set PORT to 1024 or more.") from None
        except OSError as error:
            raise CannotServe(f"PORT {port} on {host} cannot be opened ({error.strerror}); set PORT to another.") from error
    return str(address[0])


def _begin_to_serve() -> Callable[..., Any]:
    """First in a worker of the server, which was forked deaf: until the server's library listens, a stop is a clean end."""
    end_at_once_when_stopped()
    return load_application()


def load_application() -> Callable[..., Any]:
    """In a worker of the server: the WSGI callable, after which the process environment holds no secret any more."""
    from idp.config.wsgi import application  # noqa: PLC0415  # Django is set up by then, not when this file is imported

    forget_secrets(os.environ)
    return application


def _load_views() -> None:
    """Load what answers requests, which Django itself would do at the first one, in each worker anew."""
    from django.urls import get_resolver  # noqa: PLC0415  # Django is set up by then

    from idp.config import wsgi  # noqa: F401, PLC0415

    get_resolver().url_patterns  # noqa: B018  # reading it imports every view


def _prepare(environment: env.Environment) -> str:
    """Load the project and prepare the stores; a sentence when that failed, else nothing."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "idp.config.settings")
    # Imported only now: their import reads the settings, which read the environment judged above.
    import django  # noqa: PLC0415
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415

    try:
        django.setup()
    except (ImproperlyConfigured, state.StateRefused) as refused:
        return f"The provider cannot start: {refused}"

    # In a forked process: what migrations leave in memory goes with it, instead of into every worker.
    context = multiprocessing.get_context("fork")
    hearing, telling = context.Pipe(duplex=False)
    preparing = context.Process(target=_prepare_stores, args=(environment, telling), daemon=True)
    with stops_held_back():
        preparing.start()
    telling.close()
    try:
        failure = str(hearing.recv())
    except EOFError:
        failure = "The provider cannot start: preparing the database ended halfway; its log lines say more."
    preparing.join()
    return failure


def _prepare_stores(environment: env.Environment, telling: Connection) -> None:
    """In the forked process: judge the configuration, migrate, and tell how that went, in `_prepare`'s words."""
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415
    from django.core.management.base import CommandError  # noqa: PLC0415
    from django.db import Error as DatabaseError  # noqa: PLC0415

    from idp.config import prepare  # noqa: PLC0415  # needs the app registry

    hear_stops()
    # The words are the operator's; whatever else goes wrong here ends this process with its trace.
    failure = ""
    try:
        prepare.refuse_unsound_configuration()
        prepare.prepare_stores(environment)
    except (CommandError, ImproperlyConfigured, state.StateRefused) as refused:
        failure = f"The provider cannot start: {refused}"
    except DatabaseError:
        logger.exception("preparing the database failed")
        failure = "The provider cannot start: the database did not answer as expected; check DATABASE_URL and its log."
    telling.send(failure)


class _Server(MPServer):
    """The server, which tells the worker child to end as soon as it is told itself: the ten seconds are for both."""

    worker: WorkerChild | None = None

    def _spawn_worker(self, *given: Any, **named: Any) -> WorkerProcess:  # noqa: ANN401 - as the library calls it
        """A worker whose fork holds stops back; `_begin_to_serve` lets them through."""
        process: WorkerProcess = super()._spawn_worker(*given, **named)
        process.inner.start = stops_held_back()(process.inner.start)
        return process

    def shutdown(self, exit_code: int = 0) -> None:
        """End the worker child and the server's own workers side by side."""
        if self.worker is not None:
            self.worker.tell_to_end()
        super().shutdown(exit_code)  # type: ignore[no-untyped-call]  # the server's own, without annotations


def _server(environment: env.Environment, address: str, worker: WorkerChild | None) -> MPServer:
    """Granian for a blocking application behind HTTP/1.1."""
    server = _Server(
        target="idp.config.wsgi:application",
        address=address,
        port=environment.port,
        interface=Interfaces.WSGI,
        workers=environment.workers,
        blocking_threads=_BLOCKING_THREADS,
        blocking_threads_idle_timeout=_THREAD_IDLE_SECONDS,
        http=HTTPModes.http1,
        # A client that sends its headers byte by byte holds a connection for ten seconds, no longer.
        http1_settings=HTTP1Settings(header_read_timeout=_HEADER_READ_MILLISECONDS),
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=_FINISH_SECONDS,
        log_dictconfig=logging_config(environment.log_level),
        log_access=False,
    )
    server.worker = worker
    return server


def _stop_before_serving(_signal: int, _frame: object) -> None:
    """Until the server installs its own handlers, being told to stop is a clean end, not a failure."""
    raise SystemExit(0)


def _complain(*lines: str) -> None:
    """Plain sentences on standard error: nobody reads JSON when a start fails."""
    sys.stderr.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.exit(main())
