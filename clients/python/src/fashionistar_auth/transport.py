"""Kept-alive, shared connections to one endpoint of the provider: introspection, or its keys.

Sits under `introspection` and `provider_keys`, which decide what an answer means; this module only fetches it or says
why it could not.
"""

import os
import ssl
import weakref
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import quote, urlsplit

from fashionistar_auth.conf import AuthSettings
from fashionistar_auth.connection import Connection, HttpAnswer, NoAnswer, Origin, StaleConnection

__all__ = ["HttpAnswer", "NoAnswer", "Transport"]

# What may stand in the target of a request besides letters and digits; a percent sign is taken to be an escape already.
_TARGET = "/?&=%:@!$'()*+,;~"


class Transport:
    """Asks one URL over kept-alive connections; safe to share between threads."""

    def __init__(self, settings: AuthSettings, *, url: str, headers: Mapping[str, str], pool_size: int) -> None:
        # Where to dial.
        parts = urlsplit(url)
        encrypted, host = parts.scheme == "https", parts.hostname or ""
        tls = ssl.create_default_context(cafile=settings.ca_file) if encrypted else None
        patience = settings.connect_timeout_seconds, settings.read_timeout_seconds
        self._origin = Origin(host, parts.port or (443 if encrypted else 80), tls, *patience)
        # What every request begins with.
        authority = parts.netloc.rpartition("@")[2].encode("idna").decode()
        target = quote(f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}", safe=_TARGET)
        lines = "".join(f"{name}: {value}\r\n" for name, value in {"Host": authority, **headers}.items())
        self._head = f" {target} HTTP/1.1\r\n{lines}".encode("latin-1")
        # Appending and taking are atomic; the last one used is taken first, so that a quiet service keeps few alive.
        self._idle: deque[Connection] = deque()
        self._pool_size = pool_size
        # Whoever forgets to close leaves no connection open.
        weakref.finalize(self, _close_all, self._idle)
        _living.add(self)

    def post(self, body: bytes) -> HttpAnswer:
        """Post once, or twice when the first try met a dead kept-alive connection. Raises: NoAnswer."""
        return self._send(b"POST%bContent-Length: %d\r\n\r\n%b" % (self._head, len(body), body))

    def get(self) -> HttpAnswer:
        """The same for a document. Raises: NoAnswer."""
        return self._send(b"GET%b\r\n" % self._head)

    def close(self) -> None:
        """Close the idle connections."""
        _close_all(self._idle)

    def _send(self, request: bytes) -> HttpAnswer:
        """Raises: NoAnswer."""
        try:
            return self._ask(self._take() or Connection.dial(self._origin), request)
        except StaleConnection:
            # Neither changes anything, so it may be repeated. The second try dials afresh: the rest of the
            # pool is probably just as dead (a restarted provider, a load balancer that forgot us).
            return self._ask(Connection.dial(self._origin), request)

    def _ask(self, connection: Connection, request: bytes) -> HttpAnswer:
        """One try; whatever is not reusable afterwards is closed. Raises: StaleConnection, NoAnswer."""
        try:
            return connection.ask(request)
        finally:
            if connection.reusable and len(self._idle) < self._pool_size:
                self._idle.append(connection)
            else:
                connection.close()

    def _take(self) -> Connection | None:
        """An idle connection that still stands, if there is one."""
        while self._idle:
            try:
                connection = self._idle.pop()
            except IndexError:  # Another thread was faster.
                return None
            if not connection.is_dropped:
                return connection
            connection.close()
        return None


def _close_all(idle: deque[Connection]) -> None:
    """Those that nobody uses at this moment."""
    with suppress(IndexError):
        while True:
            idle.pop().close()


# --- Processes that fork after a first request ------------------------------------------------------------------------
_living: weakref.WeakSet[Transport] = weakref.WeakSet()


def _leave_to_the_parent() -> None:
    """The child dials for itself. Two processes on one connection would read each other's answers: who holds a token.

    Closing says nothing on the line, over TLS neither: it goes on for the parent.
    """
    for transport in list(_living):
        transport.close()


os.register_at_fork(after_in_child=_leave_to_the_parent)
