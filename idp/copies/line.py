"""The line to Redis: one connection for each thread, on which a script is one round trip.

Lower than django-redis and redis-py, whose clients cost more than the round trip itself: redis-py connects (address, waits and
prefix are those of the cache alias `copies`), and from then on its socket is ours. Every fault is `Away`: the line is then left
alone for a while, because one that hangs would cost each request its time-out, and all answers come from SQL.
"""

import logging
import socket
import struct
import threading
from collections.abc import Mapping, Sequence
from typing import Any

import hiredis
from django.conf import settings
from django.core.cache import caches
from django_redis.exceptions import ConnectionInterrupted
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from idp.core import clock

logger = logging.getLogger("idp.copies")

_ALIAS = "copies"
_REST_SECONDS = 5.0
_RUN = b"run_id:"
_MOST_AT_ONCE = 65_536


class Away(Exception):
    """Redis did not answer, or answered with an error; nothing is known about what it did."""


class _Line:
    """One connection, as far as it is used: a question, its answer, the next question."""

    def __init__(self, connection: Any, wait: float | None) -> None:  # noqa: ANN401 - redis-py's, without annotations
        """Take over a redis-py connection, which closes its socket when nobody holds it any more; `wait` in seconds."""
        self.caches = settings.CACHES
        self.prefix = b""
        self._connection = connection
        self._socket: socket.socket = connection._sock
        self._reader = hiredis.Reader()
        if wait is not None and type(self._socket) is socket.socket:
            # The kernel keeps the time: Python would look whether the socket is ready before it sends and before it
            # receives, which is half of all calls into the kernel. TLS reads several times and is left to Python.
            kept = struct.pack("ll", int(wait), int(wait % 1 * 1_000_000))
            self._socket.settimeout(None)
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, kept)
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, kept)

    def ask(self, *command: bytes | int) -> Any:  # noqa: ANN401 - whatever Redis says
        """One command. Raises OSError, `RedisError`, and then the line is of no use any more."""
        try:
            self._socket.sendall(hiredis.pack_command(command))  # type: ignore[arg-type]  # says: a tuple of one
            # False is no answer of RESP2, which this line speaks.
            while (answer := self._reader.gets()) is False:
                received = self._socket.recv(_MOST_AT_ONCE)
                if not received:
                    raise ConnectionResetError
                self._reader.feed(received)
        except hiredis.HiredisError as fault:
            raise RedisError from fault
        if isinstance(answer, hiredis.HiredisError):
            raise RedisError
        return answer


class _Thread(threading.local):
    """What a thread holds."""

    line: _Line | None = None


_thread = _Thread()
_resting_until = 0.0


def evaluate(script: bytes, names: Sequence[bytes], *arguments: bytes | int) -> Any:  # noqa: ANN401 - whatever the script says
    """Run `script` with these names as KEYS, and as ARGV the prefix of all names, then `arguments`. Raises `Away`."""
    if clock.monotonic() < _resting_until:
        raise Away
    try:
        return _evaluate(script, names, arguments)
    except (ConnectionInterrupted, RedisError, OSError) as fault:
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
    # Put back once its answer is here: one that is still under way must never be taken for that of the next command.
    line, _thread.line = _thread.line, None
    # Other settings are another line; in a server they never change.
    if line is None or line.caches is not settings.CACHES:
        return _evaluate_anew(script, names, arguments)
    try:
        answer = _said(line, script, names, arguments)
    except ConnectionError:
        # A server closes a connection that was idle for long; a new one tells whether it is there.
        return _evaluate_anew(script, names, arguments)
    _thread.line = line
    return answer


def _evaluate_anew(script: bytes, names: Sequence[bytes], arguments: Sequence[bytes | int]) -> Any:  # noqa: ANN401 - as above
    line = _new_line()
    answer = _said(line, script, names, arguments)
    _thread.line = line
    return answer


def _said(line: _Line, script: bytes, names: Sequence[bytes], arguments: Sequence[bytes | int]) -> Any:  # noqa: ANN401 - as above
    prefix = line.prefix
    return line.ask(b"EVAL", script, len(names), *[prefix + name for name in names], prefix, *arguments)


def _new_line() -> _Line:
    cache = caches[_ALIAS]
    pool = cache.client.get_client().connection_pool  # type: ignore[attr-defined]  # django-redis's own
    given: Mapping[str, Any] = pool.connection_kwargs
    connection = pool.connection_class(**{**given, "retry": Retry(NoBackoff(), 0), "protocol": 2})
    connection.connect()
    line = _Line(connection, given.get("socket_timeout"))
    # Names of another run of the server are not looked at: what a restart or a replica brought back may lack the last marks.
    told: bytes = line.ask(b"INFO", b"server")
    run = told.partition(_RUN)[2].partition(b"\r\n")[0]
    if not run:
        raise RedisError("the server does not tell its run")
    line.prefix = str(cache.make_key("")).encode() + run + b":"
    return line
