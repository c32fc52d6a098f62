"""Google and Facebook on this machine: an HTTP server with the addresses of both, strict where they are strict.

It asks nobody for a password: `person` is who is signed in there. A test tells it to lie by `claims` (of the ID token), `told`
(of the graph), `status`, `signing_key`, or `answer` (members of the way back).
"""

import base64
import hashlib
import hmac
import html
import http.server
import json
import secrets
import threading
import time
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID, CLIENT_SECRET = "fashionistar-at-upstream", "upstream-secret"
_KEY = RSAKey.generate_key(2048, {"kid": "first", "use": "sig", "alg": "RS256"})
PERSON = {
    "sub": "110169484474386276334",
    "email": "Ngozi@Example.com",
    "email_verified": True,
    "given_name": "Ngozi",
    "family_name": "Eze",
}


class MockUpstream:
    """The server; `origin` is where it listens."""

    def __init__(self) -> None:
        """Listen on a free port of this machine."""
        self.person: dict[str, Any] = dict(PERSON)
        self.claims: dict[str, Any] = {}
        self.told: dict[str, Any] = {}
        self.answer: dict[str, str] = {}
        self.status, self.signing_key = 200, _KEY
        self.waiting: dict[str, dict[str, str]] = {}
        self.refused: list[str] = []
        server = self

        class Handler(_Handler):
            upstream = server

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

    def way_back(self, asked: dict[str, str]) -> str:
        """The address that an authorization request is answered with, as the person who is signed in agrees."""
        code = secrets.token_urlsafe(16)
        self.waiting[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state'], **self.answer})}"

    def tokens(self, form: dict[str, str]) -> dict[str, Any]:
        """The token endpoint. Raises ValueError for what the real one refuses."""
        asked = self.waiting.pop(form.get("code", ""), None)
        if asked is None or (form["client_id"], form["client_secret"]) != (CLIENT_ID, CLIENT_SECRET):
            raise ValueError("invalid_grant or invalid_client")
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).decode().rstrip("=")
        if (challenge, form["redirect_uri"]) != (asked["code_challenge"], asked["redirect_uri"]):
            raise ValueError("invalid_grant")
        claims = {
            "iss": self.origin,
            "aud": CLIENT_ID,
            "exp": int(time.time()) + 600,
            "iat": int(time.time()),
            "nonce": asked["nonce"],
            **self.person,
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        header = {"alg": "RS256", "kid": "first"}
        return {"access_token": "at-upstream", "id_token": jwt.encode(header, claims, self.signing_key)}

    def graph(self, query: dict[str, str], authorization: str) -> dict[str, Any]:
        """Facebook's `/me`. Raises ValueError."""
        proof = hmac.new(CLIENT_SECRET.encode(), b"at-upstream", hashlib.sha256).hexdigest()
        if (authorization, query.get("appsecret_proof")) != ("Bearer at-upstream", proof):
            raise ValueError("the token is not this application's")
        person = {"id": self.person["sub"], "email": self.person["email"], "first_name": "Ngozi", "last_name": "Eze"}
        return {name: value for name, value in {**person, **self.told}.items() if value is not None}


class _Handler(http.server.BaseHTTPRequestHandler):
    upstream: MockUpstream

    def do_GET(self) -> None:
        """The page that asks, the keys, the graph."""
        path, query = urlsplit(self.path).path, _single(urlsplit(self.path).query)
        if path.endswith(("/auth", "/dialog/oauth")):
            agreed = html.escape(self.upstream.way_back(query))
            denied = html.escape(f"{query['redirect_uri']}?{urlencode({'error': 'access_denied', 'state': query['state']})}")
            page = f"<!doctype html><html lang=en><title>Upstream</title><h1>Upstream</h1><a href='{agreed}'>Continue</a> "
            self._send(200, f"{page}<a href='{denied}'>Cancel</a></html>".encode(), "text/html; charset=utf-8")
        elif path.endswith("/certs"):
            self._json({"keys": [_KEY.as_dict(private=False)]})
        else:
            self._try(lambda: self.upstream.graph(query, self.headers.get("Authorization", "")))

    def do_POST(self) -> None:
        """The token endpoint."""
        form = _single(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self._try(lambda: self.upstream.tokens(form))

    def _try(self, act: Any) -> None:  # noqa: ANN401 - either endpoint
        try:
            self._json(act(), self.upstream.status)
        except (ValueError, KeyError) as exc:
            self.upstream.refused.append(str(exc))
            self._json({"error": "invalid_grant"}, 400)

    def _json(self, values: object, status: int = 200) -> None:
        self._send(status, json.dumps(values).encode(), "application/json")

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Silence."""


def _single(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query, keep_blank_values=True).items()}
