"""One pooled, thread-safe HTTP connection to one endpoint of the provider: introspection, or its keys.

Sits under `introspection` and `provider_keys`, which decide what an answer means; this module only fetches it or says
why it could not.
urllib3 is used directly: it follows no redirect unless asked, reads no proxy variable, no .netrc and keeps no cookies.
"""

import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from urllib3 import BaseHTTPResponse, HTTPConnectionPool, HTTPSConnectionPool, Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, ProtocolError, ReadTimeoutError
from urllib3.util import parse_url

#: An introspection answer is under 2 kB; anything near this limit is not one.
MAX_ANSWER_BYTES = 65_536


class NoAnswer(Exception):
    """The provider gave no usable HTTP answer. The text is for the operator's log, not for the user."""


class StaleConnection(ConnectionError):
    """A kept-alive connection turned out to be closed at the other end when we used it again."""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """Status and body, read completely and within limits."""

    status: int
    body: bytes


class _ReuseAware(HTTPConnection):
    """Tells a dead kept-alive connection (worth one more try) from a server that hangs up on a fresh one (not)."""

    answers = 0

    def connect(self) -> None:
        super().connect()
        self.answers = 0

    def request(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - urllib3's own signature, passed through
        with self._noticing_staleness():
            super().request(*args, **kwargs)

    def getresponse(self) -> Any:  # noqa: ANN401 - urllib3's own return type, passed through
        with self._noticing_staleness():
            response = super().getresponse()
        self.answers += 1
        return response

    @contextmanager
    def _noticing_staleness(self) -> Iterator[None]:
        try:
            yield
        except (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError) as exc:
            if self.answers:
                raise StaleConnection(str(exc)) from exc
            raise


class _ReuseAwareTls(_ReuseAware, HTTPSConnection):
    """The same over TLS."""


class _ClearPool(HTTPConnectionPool):
    ConnectionCls = _ReuseAware


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _ReuseAwareTls


class Transport:
    """Asks one URL over kept-alive connections; safe to share between threads. Times are in seconds."""

    def __init__(
        self, *, url: str, connect_timeout: float, read_timeout: float, pool_size: int, ca_file: Path | None = None
    ) -> None:
        self._url = parse_url(url)
        self._timeout = Timeout(connect=connect_timeout, read=read_timeout)
        self._read_timeout = read_timeout
        self._ca_file = ca_file
        self._pool = self._build_pool(pool_size)

    def post(self, *, body: bytes, headers: Mapping[str, str]) -> HttpAnswer:
        """Post once, or twice when the first try met a dead kept-alive connection. Raises: NoAnswer."""
        return self._send("POST", body, headers)

    def get(self, *, headers: Mapping[str, str]) -> HttpAnswer:
        """The same for a document. Raises: NoAnswer."""
        return self._send("GET", None, headers)

    def _send(self, method: str, body: bytes | None, headers: Mapping[str, str]) -> HttpAnswer:
        """Raises: NoAnswer."""
        try:
            return self._send_over(self._pool, method, body, headers)
        except StaleConnection:
            # Neither changes anything, so it may be repeated. The second try dials afresh: the rest of the
            # pool is probably just as dead (a restarted provider, a load balancer that forgot us).
            with self._build_pool(1) as fresh:
                return self._send_over(fresh, method, body, headers)

    def close(self) -> None:
        """Close the idle connections."""
        self._pool.close()

    def _build_pool(self, size: int) -> HTTPConnectionPool:
        host, port = self._url.host or "", self._url.port
        if self._url.scheme != "https":
            return _ClearPool(host, port, maxsize=size)
        ca_file = str(self._ca_file) if self._ca_file else None
        return _TlsPool(host, port, maxsize=size, cert_reqs="CERT_REQUIRED", ca_certs=ca_file)

    def _send_over(
        self, pool: HTTPConnectionPool, method: str, body: bytes | None, headers: Mapping[str, str]
    ) -> HttpAnswer:
        """Send one request. Raises: StaleConnection, NoAnswer."""
        # The library's own retries and redirects are off: a redirect would carry token and secret to another address.
        try:
            response = pool.urlopen(
                method,
                self._url.request_uri,
                body=body,
                headers=headers,
                timeout=self._timeout,
                redirect=False,
                retries=False,
                preload_content=False,
            )
            return HttpAnswer(status=response.status, body=self._read(response))
        # Name the failure: a dead kept-alive connection, a broken one, a slow provider, or none at all.
        except ProtocolError as exc:
            cause = exc.args[-1]
            if isinstance(cause, StaleConnection):
                raise cause from exc
            raise NoAnswer(f"the connection broke: {exc}") from exc
        except ReadTimeoutError as exc:
            raise NoAnswer(f"no answer within {self._read_timeout} s") from exc
        except HTTPError as exc:
            raise NoAnswer(str(exc)) from exc

    def _read(self, response: BaseHTTPResponse) -> bytes:
        """Read a small body in small time; a connection left half read is closed, not pooled. Raises: NoAnswer."""
        deadline = time.monotonic() + self._read_timeout
        body = b""
        complete = False
        try:
            while chunk := response.read1(8192, decode_content=False):
                body += chunk
                if len(body) > MAX_ANSWER_BYTES:
                    raise NoAnswer(f"the answer is larger than {MAX_ANSWER_BYTES} bytes")
                if time.monotonic() > deadline:
                    raise NoAnswer(f"the answer was not complete within {self._read_timeout} s")
            complete = True
        finally:
            if not complete:
                response.close()
        return body
