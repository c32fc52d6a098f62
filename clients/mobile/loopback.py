"""Where the answer to a native sign-in arrives: one request on a loopback address with whatever port is free (RFC 8252 §7.3)."""

import contextlib
import http.server
import time
import urllib.parse
from typing import Self

_ANSWER_SECONDS = 300
_READ_SECONDS = 10


class NoAnswer(Exception):
    """Nobody came back in time; the text is one sentence for the person."""


class Listener:
    """Waits on a loopback address for the one request that brings the answer (RFC 8252 §7.3)."""

    def __init__(self) -> None:
        """Listens at once, on a port the system chooses, for this machine only."""
        self._answer: dict[str, str] = {}
        self._server = http.server.HTTPServer(("127.0.0.1", 0), self._handler())
        self.redirect_uri = f"http://127.0.0.1:{self._server.server_address[1]}/callback"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.server_close()

    def wait(self) -> dict[str, str]:
        """The members of the answer. Raises: NoAnswer when none comes in time."""
        deadline = time.monotonic() + _ANSWER_SECONDS
        while not self._answer:
            self._server.timeout = deadline - time.monotonic()
            if self._server.timeout <= 0:
                raise NoAnswer("No answer came within five minutes; nobody was signed in.")
            self._server.handle_request()
        return self._answer

    def _handler(self) -> type[http.server.BaseHTTPRequestHandler]:
        listener = self

        class Handler(http.server.BaseHTTPRequestHandler):
            """Takes the answer at /callback; whatever else a browser asks for (its icon) is not found."""

            timeout = _READ_SECONDS

            def do_GET(self) -> None:
                """One answer, one page that says where to go on."""
                path, _, query = self.path.partition("?")
                if path != "/callback":
                    self.send_error(404)
                    return
                listener._answer = dict(urllib.parse.parse_qsl(query))
                page = b"<!doctype html><meta charset=utf-8><title>Back to the app</title><p>Please go back to the app."
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(page)))
                # The address holds the code: no page asked for from here may learn it.
                self.send_header("Referrer-Policy", "no-referrer")
                # A browser that is closed already has brought its answer all the same.
                with contextlib.suppress(ConnectionError):
                    self.end_headers()
                    self.wfile.write(page)

            def log_message(self, *_words: object) -> None:
                """Nothing: the library would write the code to the terminal."""

        return Handler
