"""`python -m idp.config.serve`: the provider under its production server, everything from the environment.

First of the process, in this order: judge the environment (exit 2), see that the port is free (exit 1), prepare the
stores, then granian with WORKERS processes. It exits 0 within ten seconds of SIGTERM or SIGINT: requests under way
get eight of them to finish. Nothing is imported into the database here except the schema and a signing key.
"""

import gc
import logging
import logging.config
import os
import signal
import socket
import sys
from collections.abc import Callable
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.mp import MPServer

from idp.config import env, env_rules, state
from idp.config.logging import configure_structlog, logging_config

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
    gc.collect()
    gc.freeze()
    _server(environment, address).serve(target_loader=load_application, wrap_loader=False)
    return 0


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


def load_application() -> Callable[..., Any]:
    """In a worker: the WSGI callable, after which the process environment holds no secret any more.

    The server copies the process environment into every request's, where an error report could carry it away, and
    where a variable named HTTP_… would pass for a header.
    """
    from idp.config.wsgi import application  # noqa: PLC0415  # Django is set up by then, not when this file is imported

    for name in list(os.environ):
        if name in _SECRET_VARIABLES or name.endswith("_SECRET") or name.startswith("HTTP_"):
            del os.environ[name]
    return application


_SECRET_VARIABLES = {"IDP_SECRET_KEY", "IDP_ENCRYPTION_KEYS", "IDP_LOOKUP_KEY", "DATABASE_URL", "REDIS_URL"}


def _prepare(environment: env.Environment) -> str:
    """Prepare the stores; a sentence when that failed, else nothing."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "idp.config.settings")
    # Imported only now: their import reads the settings, which read the environment judged above.
    import django  # noqa: PLC0415
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415
    from django.core.management.base import CommandError  # noqa: PLC0415
    from django.db import Error as DatabaseError  # noqa: PLC0415

    try:
        django.setup()
        from idp.config import prepare  # noqa: PLC0415  # needs the app registry

        prepare.refuse_unsound_configuration()
        prepare.prepare_stores(environment)
    except (CommandError, ImproperlyConfigured, state.StateRefused) as refused:
        return f"The provider cannot start: {refused}"
    except DatabaseError:
        logger.exception("preparing the database failed")
        return "The provider cannot start: the database did not answer as expected; check DATABASE_URL and its log."
    return ""


def _server(environment: env.Environment, address: str) -> MPServer:
    """Granian for a blocking application behind HTTP/1.1."""
    return MPServer(
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


def _stop_before_serving(_signal: int, _frame: object) -> None:
    """Until the server installs its own handlers, being told to stop is a clean end, not a failure."""
    raise SystemExit(0)


def _complain(*lines: str) -> None:
    """Plain sentences on standard error: nobody reads JSON when a start fails."""
    sys.stderr.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.exit(main())
