"""One HTTP/1.1 connection to the provider: dials, sends a prepared request, reads one answer, whole and within limits.

Sits under `transport`, which keeps connections and decides about a second try. Answers are parsed by httptools (llhttp,
strict as delivered). A connection of its own, because a general client's takes three times the processor time that a
whole request may cost (`python -m measure.introspection`). It follows no redirect, reads no proxy variable and keeps no
cookies: it knows no such thing.
"""

import select
import socket
import ssl
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import Self

import httptools

#: With its headers. An introspection answer is under 3 kB; anything near this limit is not one.
MAX_ANSWER_BYTES = 65_536

_WITHOUT_BODY = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)


class NoAnswer(Exception):
    """The provider gave no usable HTTP answer. The text is for the operator's log, not for the user."""


class StaleConnection(ConnectionError):
    """A kept-alive connection turned out to be closed at the other end when we used it again."""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """Status and body, read completely and within limits."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Origin:
    """Where to dial. `tls` is None for plain HTTP; times in seconds."""

    host: str
    port: int
    tls: ssl.SSLContext | None
    connect_timeout: float
    read_timeout: float


class _Answer:
    """What httptools tells of one answer, as it comes in."""

    def __init__(self) -> None:
        self.parser = httptools.HttpResponseParser(self)
        self.body = b""
        self.status = 0
        self.begun = self.complete = self.keeps_alive = self.framed = self.head_is_read = False

    def on_message_begin(self) -> None:
        """Raises: ValueError, when another answer follows the one that was asked for."""
        self.begun = True
        if self.complete:
            raise ValueError("more than one answer to one request")

    def on_header(self, name: bytes, value: bytes) -> None:
        """Whether the answer says where it ends (RFC 9112 section 6.3). Raises: ValueError for any other coding."""
        name = name.lower()
        if name == b"transfer-encoding" and (self.framed or value.lower() != b"chunked"):
            # We announce no other coding (section 7.4), and readers differ on what chunks within chunks are.
            raise ValueError("the body is coded otherwise than in chunks")
        self.framed = self.framed or name in (b"content-length", b"transfer-encoding")

    def on_headers_complete(self) -> None:
        """From here on comes the body. Raises: ValueError, when the status is none (RFC 9110 section 15)."""
        self.status, self.head_is_read = self.parser.get_status_code(), True
        if self.status < HTTPStatus.CONTINUE:
            raise ValueError("a status below 100")
        # Some send a body where none may be; it would be read as the next answer.
        self.keeps_alive = self.parser.should_keep_alive() and self.status not in _WITHOUT_BODY

    def on_body(self, piece: bytes) -> None:
        """A piece of it."""
        self.body += piece

    def on_message_complete(self) -> None:
        """An interim answer (RFC 9110 section 15.2) is followed by the one that counts."""
        self.complete = self.status >= HTTPStatus.OK
        self.framed = self.head_is_read = False


class Connection:
    """One connection, used by one thread at a time. `reusable` after a complete answer that lets it live."""

    def __init__(self, line: socket.socket, origin: Origin) -> None:
        self._line, self._origin = line, origin
        self._idle = select.poll()
        self._idle.register(line, select.POLLIN)
        self._answers = 0
        self.reusable = False

    @classmethod
    def dial(cls, origin: Origin) -> Self:
        """Raises: NoAnswer."""
        try:
            line = socket.create_connection((origin.host, origin.port), origin.connect_timeout)
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if origin.tls is not None:
                # An end that nobody signed may be anybody's doing: it is an error, not the end of a body.
                line = origin.tls.wrap_socket(line, server_hostname=origin.host, suppress_ragged_eofs=False)
        except (OSError, UnicodeError) as exc:
            raise NoAnswer(f"no connection: {exc}") from exc
        return cls(line, origin)

    @property
    def is_dropped(self) -> bool:
        """Whether the other end has closed meanwhile, or sent what nobody asked for."""
        return bool(self._idle.poll(0))

    def close(self) -> None:
        """Close; an open one that is forgotten would stay until the garbage collector came."""
        self._line.close()

    def ask(self, request: bytes) -> HttpAnswer:
        """Send and read. Raises: StaleConnection (worth one more try), NoAnswer. After either, it is to be closed."""
        self.reusable, answer = False, _Answer()
        deadline = time.monotonic() + self._origin.read_timeout
        try:
            self._line.settimeout(self._origin.read_timeout)
            self._line.sendall(request)
            self._read(answer, deadline)
        # Name the failure: a slow provider, something that is not HTTP, a dead kept-alive connection, or a broken one.
        except TimeoutError as exc:
            raise NoAnswer(f"no answer within {self._origin.read_timeout} s") from exc
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as exc:
            raise NoAnswer(f"the answer is not HTTP: {exc}") from exc
        except OSError as exc:
            if self._answers and not answer.begun:
                raise StaleConnection(str(exc)) from exc
            raise NoAnswer(f"the connection broke: {exc}") from exc
        finally:
            # They hold each other: without the garbage collector, which some services switch off, they would stay.
            del answer.parser
        self._answers += 1
        self.reusable = answer.keeps_alive
        return HttpAnswer(status=answer.status, body=answer.body)

    def _read(self, answer: _Answer, deadline: float) -> None:
        """Until the answer is complete. Raises: NoAnswer, OSError, and what httptools raises for anything but HTTP."""
        received = 0
        while not answer.complete:
            # What is left of the time, whatever has come: whoever sends a byte now and then holds no thread for longer.
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self._line.settimeout(left)
            piece = self._line.recv(16_384)
            if not piece:
                # RFC 9112 section 6.3: without a length the end of the connection is the end of the body.
                if answer.head_is_read and not answer.framed:
                    answer.keeps_alive = False
                    return
                raise ConnectionError("closed in the middle of an answer" if received else "closed without an answer")
            received += len(piece)
            answer.parser.feed_data(piece)
            if received > MAX_ANSWER_BYTES:
                raise NoAnswer(f"the answer is larger than {MAX_ANSWER_BYTES} bytes")
