"""The one way out: every HTTP request that the provider makes to an address somebody else chose goes through `send`.

It calls a judged address (`outbound_targets`) and not a name that may lead elsewhere a moment later, follows no redirect, reads
no proxy variable, and has one deadline and one size for everything, so that a hostile receiver costs a bounded wait. The
standard library's client is used because a deadline over connecting, TLS, headers and body together needs the socket itself.
"""

import http.client
import io
import queue
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from idp.core import clock
from idp.core.errors import Unavailable
from idp.core.outbound_targets import OutboundRefused, Target, parse_target, require_permitted
from idp.core.specs import implements

__all__ = ["Answer", "OutboundFailed", "OutboundRefused", "send"]

_USER_AGENT = "fashionistar-idp"
# Characters of the other side's own words in a log line.
_LONGEST_TOLD = 200


class OutboundFailed(Unavailable):
    """The other side did not answer in time, or not in a way we accept; it may next time. `detail` says what happened."""

    code = "outbound_failed"
    sentence = _("Another service that we asked did not answer. Please try again in a moment.")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: header names in lower case, the body whole and not decoded."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@implements("OWASP ASVS 5.0", "13.2.6")
def send(
    *,
    method: Literal["GET", "POST"],
    url: str,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    seconds: float = 5.0,
    max_bytes: int = 65536,
) -> Answer:
    """One request and its answer, within `seconds` in all and `max_bytes` of body. Raises `OutboundRefused`, `OutboundFailed`.

    Never call this inside a database transaction: the other side decides how long it takes.
    """
    ends = clock.monotonic() + seconds
    target = parse_target(url)
    own = {"Host": target.authority, "User-Agent": _USER_AGENT, "Accept-Encoding": "identity", "Connection": "close"}
    try:
        with closing(_connected(target, ends)) as stream:
            connection = http.client.HTTPConnection(target.host, target.port)
            connection.sock = _Bounded(stream, ends)  # the part of a socket that it uses
            connection.request(method, target.path, body=body, headers={**(headers or {}), **own})
            return _answer(connection.getresponse(), max_bytes)
    except (OSError, http.client.HTTPException) as exc:
        # The text may quote what the other side sent: any bytes, and as many as it liked.
        told = "".join(character for character in str(exc)[:_LONGEST_TOLD] if character.isprintable())
        raise OutboundFailed(detail=f"{target.host}: {type(exc).__name__}: {told}") from exc


def _answer(response: http.client.HTTPResponse, max_bytes: int) -> Answer:
    """The answer, if it is one we accept: no redirect, nothing compressed, not too much, all of it. Raises `OutboundFailed`."""
    headers = {name.lower(): value for name, value in response.getheaders()}
    if 300 <= response.status < 400:
        raise OutboundFailed(detail=f"redirect ({response.status}), which is not followed")
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise OutboundFailed(detail="compressed, although that was not accepted")
    body = response.read(max_bytes + 1)
    if len(body) > max_bytes:
        raise OutboundFailed(detail=f"more than {max_bytes} bytes")
    # What is left of the announced length: the connection ended before the answer did.
    if response.length:
        raise OutboundFailed(detail="the answer was cut short")
    return Answer(status=response.status, headers=headers, body=body)


# --- Reaching the address that was judged -------------------------------------------------------------------------------
def _connected(target: Target, ends: float) -> socket.socket:
    """A connection to one of the addresses the name leads to now, with TLS for that name. Raises `OSError`, `OutboundRefused`."""
    found = _resolved(target, ends)
    require_permitted(target, [str(place[0]) for _family, place in found])
    plain = _first_that_answers(found, ends)
    if not target.encrypted:
        return plain
    try:
        plain.settimeout(_left(ends))
        # The certificate is checked for the name; the address came from us.
        return _tls(settings.IDP_OUTBOUND_CA_FILE).wrap_socket(plain, server_hostname=target.host)
    except OSError:
        plain.close()
        raise


def _resolved(target: Target, ends: float) -> list[tuple[int, Any]]:
    """Address family and socket address of each answer, asked for once. Raises `OSError`.

    A resolver has no time-out of its own, so it is asked beside us and left behind when it takes too long.
    """
    answers: queue.SimpleQueue[list[tuple[int, Any]] | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
            answers.put([(family, place) for family, _kind, _protocol, _name, place in found])
        except (OSError, UnicodeError) as exc:
            answers.put(OSError(f"no address: {exc}"))

    # A daemon, so that a resolver that hangs never keeps the process from ending.
    threading.Thread(target=ask, name="outbound-resolver", daemon=True).start()
    try:
        answer = answers.get(timeout=_left(ends))
    except queue.Empty as exc:
        raise TimeoutError("the name was not resolved in time") from exc
    if isinstance(answer, OSError):
        raise answer
    return answer


def _first_that_answers(found: list[tuple[int, Any]], ends: float) -> socket.socket:
    """The first address that accepts; each has its share of the time left. Raises `OSError`."""
    refusal = OSError("no address")
    for tried, (family, place) in enumerate(found):
        stream = socket.socket(family, socket.SOCK_STREAM)
        try:
            stream.settimeout(_left(ends) / (len(found) - tried))
            stream.connect(place)
            return stream
        except OSError as exc:
            stream.close()
            refusal = exc
    raise refusal


@lru_cache(maxsize=4)
def _tls(ca_file: Path | None) -> ssl.SSLContext:
    """The machine's certificate authorities and those of the operator's file; TLS 1.2 or newer. Reading them takes 20 ms."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca_file is not None:
        context.load_verify_locations(ca_file)
    return context


# --- One deadline for everything ----------------------------------------------------------------------------------------
def _left(ends: float) -> float:
    """Seconds until the deadline. Raises `TimeoutError` after it."""
    left = ends - clock.monotonic()
    if left <= 0:
        raise TimeoutError("no time left")
    return left


class _Bounded:
    """What `http.client` needs of a socket; each use may take the time that is left, and not a new time-out of its own."""

    def __init__(self, stream: socket.socket, ends: float) -> None:
        self._stream = stream
        self._ends = ends

    def sendall(self, data: bytes) -> None:
        """Send all of it before the deadline."""
        rest = memoryview(data)
        while rest:
            self._stream.settimeout(_left(self._ends))
            rest = rest[self._stream.send(rest) :]

    def makefile(self, _mode: str) -> io.BufferedReader:
        """A reader of what arrives before the deadline."""
        return io.BufferedReader(_Reader(self._stream, self._ends))

    def close(self) -> None:
        """The socket is closed by whoever opened it."""


class _Reader(io.RawIOBase):
    """The raw bytes of a socket, under the deadline."""

    def __init__(self, stream: socket.socket, ends: float) -> None:
        super().__init__()
        self._stream = stream
        self._ends = ends

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any writable buffer
        """Fill the buffer with what arrives next."""
        self._stream.settimeout(_left(self._ends))
        return self._stream.recv_into(buffer)
