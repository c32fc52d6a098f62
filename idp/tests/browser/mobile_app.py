"""A native app as RFC 8252 §7.3 describes it: it opens the browser, and listens on a loopback port for the answer.

It is a public client: PKCE and no secret. Everything it receives it keeps, so that a test can look at what a browser sent.
"""

import queue
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode

import httpx

from idp.tests.browser.live import World
from idp.tests.journey import Pkce, answer_of

CLIENT_ID = "fashionistar-mobile"
FAREWELL = "You can return to the app."
_PATIENCE_SECONDS = 10


@dataclass(frozen=True)
class Arrival:
    """One request of the browser at the app's address."""

    path: str
    headers: Mapping[str, str]
    # The form it posted, urlencoded; "" for a GET.
    body: str = ""

    @property
    def answer(self) -> dict[str, str]:
        """What the provider put into the query."""
        return answer_of(self.path)

    @property
    def posted(self) -> dict[str, str]:
        """What the provider's page posted."""
        return dict(parse_qsl(self.body, strict_parsing=True))


class MobileApp:
    """The app; use it as a context manager."""

    def __init__(self, world: World) -> None:
        """Listen on a port that the system chooses."""
        self.world = world
        self._arrivals: queue.Queue[Arrival] = queue.Queue()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self._arrivals))
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        self.redirect_uri = f"{self.origin}/callback"
        self.pkce, self.state, self.nonce = Pkce(), secrets.token_urlsafe(16), secrets.token_urlsafe(16)

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_problem: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def authorize_url(self, **overrides: str) -> str:
        """The address the app opens in the system browser; a new request each time."""
        self.pkce, self.state, self.nonce = Pkce(), secrets.token_urlsafe(16), secrets.token_urlsafe(16)
        parameters = {
            "client_id": CLIENT_ID,
            "redirect_uri": self.redirect_uri,
            "response_type": "code",
            "scope": "openid profile email orders",
            "state": self.state,
            "nonce": self.nonce,
            "code_challenge": self.pkce.challenge,
            "code_challenge_method": "S256",
            **overrides,
        }
        return f"{self.world.issuer}/oauth2/authorize?{urlencode(parameters)}"

    def arrival(self) -> Arrival:
        """The browser's next request at our address."""
        return self._arrivals.get(timeout=_PATIENCE_SECONDS)

    def heard_nothing(self) -> bool:
        """Whether no browser came that was not taken by `arrival`."""
        return self._arrivals.empty()

    def redeem(self, code: str) -> httpx.Response:
        """Code and verifier for tokens (RFC 7636 §4.5)."""
        form = {
            "grant_type": "authorization_code",
            "client_id": CLIENT_ID,
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": self.pkce.verifier,
        }
        return httpx.post(f"{self.world.issuer}/oauth2/token", data=form, trust_env=False)

    def userinfo(self, access_token: str) -> httpx.Response:
        """Who is behind this token."""
        headers = {"Authorization": f"Bearer {access_token}"}
        return httpx.get(f"{self.world.issuer}/oauth2/userinfo", headers=headers, trust_env=False)


def _handler(arrivals: queue.Queue[Arrival]) -> type[BaseHTTPRequestHandler]:
    """A request handler that notes what came and says goodbye to the browser."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Any address of ours; browsers may ask for an icon as well, which is no answer."""
            if self.path.startswith("/callback"):
                sent = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                arrivals.put(Arrival(path=self.path, headers=dict(self.headers), body=sent))
            body = f"<!doctype html><title>App</title><p>{FAREWELL}</p>".encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - the name the base class calls

        def log_message(self, *_arguments: Any) -> None:  # noqa: ANN401 - the base class's signature
            """Nothing on the terminal of the tests."""

    return Handler
