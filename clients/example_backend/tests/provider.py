"""A provider's introspection endpoint on a real socket: answers for the tokens a test has granted."""

import json
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs

ADA = "01939a4e-0000-7000-8000-00000000ada0"
API = "http://localhost:8001"
_BASIC = "Basic " + b64encode(b"demo-api:api-secret").decode()


class Provider:
    """Tokens and what is said about each."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.tokens: dict[str, dict[str, object]] = {}
        self.key_set = b'{"keys": []}'

    def grant(self, token: str = "good", /, **changes: object) -> str:  # noqa: S107 - a test token
        """Make a token active; a change to None removes the member."""
        now = int(time.time())
        answer: dict[str, object] = {
            "active": True, "token_type": "Bearer", "client_id": "demo-spa", "scope": "openid orders roles",
            "sub": ADA, "iss": self.issuer, "aud": [API, self.issuer], "iat": now, "exp": now + 600,
            "auth_time": now, "acr": "aal1", "amr": ["pwd"], "role": "client", "roles": ["client"],
        }  # fmt: skip
        self.tokens[token] = {name: value for name, value in (answer | changes).items() if value is not None}
        return token

    def service(self, **changes: object) -> str:
        """Grant a token to a service acting for itself."""
        nobody = {"role": None, "roles": None, "acr": None, "amr": None, "auth_time": None}
        return self.grant("service", sub="stock", client_id="stock", **(nobody | changes))


@contextmanager
def running_provider() -> Iterator[Provider]:
    """Run a provider on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/oauth2/jwks" else 404)
            self.send_header("Content-Length", str(len(provider.key_set)))
            self.end_headers()
            self.wfile.write(provider.key_set)

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            known = self.path == "/oauth2/introspect" and self.headers["Authorization"] == _BASIC
            body = json.dumps(provider.tokens.get(form["token"][0], {"active": False})).encode() if known else b""
            self.send_response(200 if known else 401)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = Provider(f"http://127.0.0.1:{server.server_address[1]}")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
