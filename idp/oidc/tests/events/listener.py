"""A receiver of events: an HTTP server on this machine that keeps what is pushed to it and answers as the test says."""

import json
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message as Headers
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from joserfc import jwt
from joserfc.jwk import KeySet

from idp.oidc.events.vocabulary import UserEventName
from idp.oidc.jose.keys import published_jwks
from idp.oidc.models import Client, EventReceiver

SECRET = "events-secret-" + "e" * 32


@dataclass
class Listener:
    """What it heard, and how it answers: statuses of its next answers, with a body each; 202 when there are no more."""

    endpoint: str = ""
    answers: list[tuple[int, str]] = field(default_factory=list)
    heard: list[tuple[Headers, str]] = field(default_factory=list)
    is_down: bool = False

    @property
    def tokens(self) -> list[dict[str, Any]]:
        """Claims in the order they came, signatures checked with the published keys as a receiver would."""
        return [dict(decoded(token).claims) for _headers, token in self.heard]

    @property
    def said(self) -> list[tuple[str, dict[str, Any]]]:
        """URI and members of each event."""
        return [next(iter(claims["events"].items())) for claims in self.tokens]

    @property
    def handled(self) -> dict[str, list[int]]:
        """By account, the numbers of its events as a receiver that looks at ids handles them: each once, when it first came."""
        seen: set[str] = set()
        by_account: dict[str, list[int]] = {}
        for claims in self.tokens:
            if claims["jti"] not in seen:
                seen.add(claims["jti"])
                subject = claims["sub_id"].get("user", claims["sub_id"])["sub"]
                by_account.setdefault(subject, []).append(next(iter(claims["events"].values()))["sequence"])
        return by_account


def decoded(token: str) -> jwt.Token:
    """An event, its signature checked."""
    keys = KeySet.import_key_set(published_jwks())  # type: ignore[arg-type]
    return jwt.decode(token, keys, algorithms=["RS256", "ES256"])


@contextmanager
def listening() -> Iterator[Listener]:
    """The receiver while its server runs."""
    listener = Listener()

    class Handler(BaseHTTPRequestHandler):
        """Keeps and answers."""

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            if listener.is_down:
                self.close_connection = True
                return
            status, answer = listener.answers.pop(0) if listener.answers else (202, "")
            listener.heard.append((self.headers, body))
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer.encode())

        def log_message(self, *_args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listener.endpoint = f"http://127.0.0.1:{server.server_port}/events"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield listener
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def listen(client_id: str, endpoint: str, *, events: Iterable[str] = UserEventName, scopes: Iterable[str] = ()) -> None:
    """Let a client be told of these events there."""
    EventReceiver.objects.create(
        client=Client.objects.get(client_id=client_id),
        endpoint=endpoint,
        events=list(events),
        scopes=list(scopes),
        secret=SECRET,
    )


def refusal(err: str) -> tuple[int, str]:
    """An answer as RFC 8935 §2.3 has it."""
    return 400, json.dumps({"err": err, "description": "canary: ada@example.com"})
