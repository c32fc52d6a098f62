"""A real HTTP server that plays the provider's introspection endpoint and key set, well or badly as a test asks.

It keeps connections alive like the real one, records what it was sent, and can answer garbage, stall or hang up.
"""

import json
import ssl
import time
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Lock, Semaphore, Thread
from typing import Any
from urllib.parse import parse_qs, unquote_plus

RESOURCE = "http://testserver"
CLIENT = ("demo api", "s3cret/+:%")
SHOPPER = "01939a4e-0000-7000-8000-000000000001"
_PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Seen:
    """One request as the provider received it."""

    method: str
    path: str
    headers: dict[str, str]
    form: dict[str, list[str]]
    connection: int
    nth_on_connection: int


@dataclass
class Reply:
    """How the provider answers instead of properly. Times in seconds."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    #: Say nothing before this is set.
    after: Event | None = None
    #: Pause after each byte of the body: a connection that drips.
    drip: float = 0.0
    #: Announce more bytes than are sent.
    cut_short: bool = False


class Provider:
    """State of one playing provider."""

    def __init__(self) -> None:
        self.issuer = ""
        self.tokens: dict[str, dict[str, object]] = {}
        #: The document of public keys, for services that verify what is signed.
        self.key_set: bytes = b'{"keys": []}'
        self.reply: Reply | None = None
        self.hangs_up: Callable[[Seen], bool] = lambda _: False
        self.closes_after_answer = False
        self.seen: list[Seen] = []
        self._lock = Lock()
        self._connections = 0
        #: One for each connection that this end has closed.
        self.closed = Semaphore(0)

    def active(self, **changes: object) -> dict[str, object]:
        """Build a complete active answer; a change to None removes the member."""
        now = int(time.time())
        answer: dict[str, object] = {
            "active": True, "token_type": "Bearer", "client_id": "demo-spa", "scope": "openid orders roles email",
            "sub": SHOPPER, "username": "ada@example.com", "iss": self.issuer, "aud": [RESOURCE, self.issuer],
            "iat": now, "exp": now + 600, "jti": "j1", "sid": "s1", "auth_time": now, "acr": "aal1", "amr": ["pwd"],
            "role": "super_vendor", "roles": ["super_vendor", "vendor"], "is_staff": False, "member_id": "FASTAR000001",
            "email": "ada@example.com", "email_verified": True, "auth_provider": "email",
        }  # fmt: skip
        return {name: value for name, value in (answer | changes).items() if value is not None}

    def grant(self, token: str = "good", /, **changes: object) -> str:
        """Make a token active; returns it."""
        self.tokens[token] = self.active(**changes)
        return token

    def next_connection(self) -> int:
        """Number a new connection."""
        with self._lock:
            self._connections += 1
            return self._connections

    def answer_to(self, seen: Seen) -> Reply:
        """Decide the answer the way RFC 7662 says, unless the test chose another."""
        with self._lock:
            self.seen.append(seen)
        if self.reply is not None:
            return self.reply
        if seen.path == "/oauth2/jwks":
            return Reply(body=self.key_set)
        if credentials(seen) != CLIENT:
            return Reply(401, b'{"error": "invalid_client"}', {"WWW-Authenticate": "Basic"})
        return Reply(body=json.dumps(self.tokens.get(seen.form["token"][0], {"active": False})).encode())


def credentials(seen: Seen) -> tuple[str, ...]:
    """Decode HTTP Basic as RFC 6749 section 2.3.1 says."""
    decoded = b64decode(seen.headers["Authorization"].removeprefix("Basic ")).decode()
    return tuple(unquote_plus(part) for part in decoded.split(":"))


class _Handler(BaseHTTPRequestHandler):
    """One connection; the server it belongs to knows the provider played."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    server: "_Server"

    def setup(self) -> None:
        super().setup()
        self.connection_number, self.nth = self.server.provider.next_connection(), 0

    def do_GET(self) -> None:
        self._serve(b"")

    def do_POST(self) -> None:
        self._serve(self.rfile.read(int(self.headers["Content-Length"])))

    def _serve(self, body: bytes) -> None:
        self.nth += 1
        provider = self.server.provider
        form = parse_qs(body.decode())
        seen = Seen(self.command, self.path, dict(self.headers), form, self.connection_number, self.nth)
        reply = provider.answer_to(seen)
        if provider.hangs_up(seen):
            self.close_connection = True
            return
        self._send(reply)
        self.close_connection = self.close_connection or provider.closes_after_answer or reply.cut_short

    def _send(self, reply: Reply) -> None:
        if reply.after:
            reply.after.wait(_PATIENCE_SECONDS)
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body) + (100 if reply.cut_short else 0)))
        self.end_headers()
        for piece in [bytes([byte]) for byte in reply.body] if reply.drip else [reply.body]:
            self.wfile.write(piece)
            self.wfile.flush()
            time.sleep(reply.drip)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
        """Keep quiet."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # Parallel callers dial at once; a short queue would make the kernel drop some for a second.
    request_queue_size = 128

    def __init__(self, provider: Provider) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.provider = provider

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401 - the standard library's signature
        """Close, and tell."""
        super().shutdown_request(request)
        self.provider.closed.release()

    def handle_error(self, request: object, client_address: object) -> None:
        """A caller that stopped waiting is part of the tests."""


@contextmanager
def running_provider(certificate: tuple[Path, Path] | None = None) -> Iterator[Provider]:
    """Run a provider on a free port of this machine; with (certificate, key) over TLS."""
    provider = Provider()
    server = _Server(provider)
    scheme = "http"
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        scheme = "https"
    provider.issuer = f"{scheme}://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
