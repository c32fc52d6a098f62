"""The line to Redis: one connection for each thread, on which a script is one round trip.

Lower than django-redis, whose client costs more than the round trip itself; address, waits and prefix are those of the cache
alias `copies`. Every fault is `Away`: the line is then left alone for a while, because one that hangs would cost each request
its time-out, and all answers come from SQL.
"""

import logging
import threading
from collections.abc import Sequence
from typing import Any

from django.core.cache import caches
from django_redis.exceptions import ConnectionInterrupted
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as Disconnected
from redis.exceptions import RedisError
from redis.retry import Retry

from idp.core import clock

logger = logging.getLogger("idp.copies")

_ALIAS = "copies"
_REST_SECONDS = 5.0
_RUN = b"run_id:"


class Away(Exception):
    """Redis did not answer, or answered with an error; nothing is known about what it did."""


class _Thread(threading.local):
    """What a thread holds: its cache object (another one as soon as settings change), its connection, the server's run."""

    cache: Any = None
    # redis-py's connection, whose methods have no annotations.
    connection: Any = None
    prefix: bytes = b""


_thread = _Thread()
_resting_until = 0.0


def evaluate(script: bytes, names: Sequence[bytes], *arguments: bytes | int) -> Any:  # noqa: ANN401 - whatever the script says
    """Run `script` with these names as KEYS, and as ARGV the prefix of all names, then `arguments`. Raises `Away`."""
    if clock.monotonic() < _resting_until:
        raise Away
    try:
        return _evaluate(script, names, arguments)
    except (ConnectionInterrupted, RedisError, OSError) as fault:
        _hang_up()
        rest()
        # The kind of fault only: the text of some names keys.
        logger.warning("copies cannot be read or voided; SQL answers", extra={"fault": type(fault).__name__})
        raise Away from fault


def rest() -> None:
    """Leave the line alone for a while."""
    global _resting_until  # noqa: PLW0603 - one line of the process, one state
    _resting_until = clock.monotonic() + _REST_SECONDS


def wake() -> None:
    """Try again at once."""
    global _resting_until  # noqa: PLW0603 - as above
    _resting_until = 0.0


def _evaluate(script: bytes, names: Sequence[bytes], arguments: Sequence[bytes | int]) -> Any:  # noqa: ANN401 - as above
    connection, fresh = _connection()
    try:
        return _said(connection, script, names, arguments)
    except Disconnected:
        # A server closes a connection that was idle for long; a new one tells whether it is there.
        if fresh:
            raise
        _hang_up()
        connection, _fresh = _connection()
        return _said(connection, script, names, arguments)


def _said(connection: Any, script: bytes, names: Sequence[bytes], arguments: Sequence[bytes | int]) -> Any:  # noqa: ANN401 - as above
    prefix = _thread.prefix
    keys = [prefix + name for name in names]
    connection.send_command(b"EVAL", script, len(keys), *keys, prefix, *arguments, check_health=False)
    return connection.read_response()


def _connection() -> tuple[Any, bool]:
    """The connection of this thread, and whether it is a new one."""
    cache = caches[_ALIAS]
    connection = _thread.connection
    if connection is not None and _thread.cache is cache and connection.is_connected:
        return connection, False
    _hang_up()
    pool = cache.client.get_client().connection_pool  # type: ignore[attr-defined]  # django-redis's own
    connection = pool.connection_class(**{**pool.connection_kwargs, "retry": Retry(NoBackoff(), 0)})
    connection.connect()
    # Names of another run of the server are not looked at: what a restart or a replica brought back may lack the last marks.
    connection.send_command("INFO", "server")
    told: bytes = connection.read_response()
    run = told.partition(_RUN)[2].partition(b"\r\n")[0]
    if not run:
        raise RedisError("the server does not tell its run")
    _thread.prefix = str(cache.make_key("")).encode() + run + b":"
    _thread.cache, _thread.connection = cache, connection
    return connection, True


def _hang_up() -> None:
    """Forget the connection: an answer that is still under way must never be taken for that of the next command."""
    connection, _thread.connection = _thread.connection, None
    if connection is not None:
        connection.disconnect()
