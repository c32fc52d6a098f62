"""A client's back channel: an HTTP server on this machine that keeps what is posted to it and answers as the test says."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from joserfc import jwt
from joserfc.jwk import KeySet

from idp.core import clock
from idp.oidc.jose.keys import published_jwks
from idp.outbox.models import Message
from idp.outbox.selectors import due_messages
from idp.outbox.services.claim import claim
from idp.outbox.services.deliver import deliver

_PATIENCE_SECONDS = 30


@dataclass
class BackChannel:
    """Where a client listens, what it heard, and the statuses of its next answers (200 when there are no more).

    While `answering` is not set it hears and says nothing.
    """

    uri: str = ""
    statuses: list[int] = field(default_factory=list)
    heard: list[tuple[str, str, dict[str, list[str]]]] = field(default_factory=list)
    answering: threading.Event = field(default_factory=threading.Event)

    @property
    def tokens(self) -> list[str]:
        """The logout tokens, in the order they came."""
        return [form["logout_token"][0] for _path, _kind, form in self.heard]

    @property
    def claims(self) -> list[dict[str, Any]]:
        """What they say, signatures checked with the published keys as a client would."""
        return [dict(decoded(token).claims) for token in self.tokens]


def decoded(token: str) -> jwt.Token:
    """A logout token, its signature checked."""
    return jwt.decode(token, KeySet.import_key_set(published_jwks()), algorithms=["RS256", "ES256"])  # type: ignore[arg-type]


@contextmanager
def listening(path: str = "/backchannel_logout") -> Iterator[BackChannel]:
    """The back channel while the server runs."""
    channel = BackChannel()
    channel.answering.set()

    class Handler(BaseHTTPRequestHandler):
        """Keeps and answers."""

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            channel.heard.append((self.path, self.headers["Content-Type"], parse_qs(body, strict_parsing=True)))
            channel.answering.wait(_PATIENCE_SECONDS)
            self.send_response(channel.statuses.pop(0) if channel.statuses else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    channel.uri = f"http://127.0.0.1:{server.server_port}{path}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield channel
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def deliver_due() -> list[Message]:
    """What a worker does when it looks: try everything that is due; the rows afterwards."""
    tried = due_messages(at=clock.now(), limit=100)
    for message in tried:
        assert claim(message)
        deliver(message)
    return [Message.objects.get(id=message.id) for message in tried]
