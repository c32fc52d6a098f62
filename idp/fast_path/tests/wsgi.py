"""Requests as a WSGI server hands them over, and answers as it gets them; for tests of what stands in front of Django."""

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from idp.tests.journey import basic
from idp.tests.parties import FORM, SECRETS

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

# Each answer has its own id; a length may be told or left to the server.
_OF_EACH = {"x-request-id", "content-length"}


@dataclass(frozen=True)
class Answered:
    """Status, headers that do not differ from one answer to the next, and body."""

    status: str
    headers: frozenset[tuple[str, str]]
    body: bytes


# The fixture `ask`: what the fast path and Django say to the same request, and whether it was answered before Django.
Ask = Callable[..., tuple[Answered, Answered, bool]]


def proven_by(client_id: str) -> dict[str, str]:
    """What the form of a client comes with that proves itself by its secret in the header."""
    return {"CONTENT_TYPE": FORM, "HTTP_AUTHORIZATION": basic(client_id, SECRETS[client_id])["authorization"]}


def quoted(form: list[tuple[str, str]]) -> bytes:
    """A form as it is; the values are already what they should be on the line."""
    return "&".join(f"{name}={value}" for name, value in form).encode()


def environ(method: str, path: str, *, query: str = "", body: bytes = b"", **more: str) -> dict[str, Any]:
    """A request; `more` are variables such as HTTP_AUTHORIZATION, and what is empty is not there."""
    given = {"CONTENT_LENGTH": str(len(body)) if body else "", "HTTP_HOST": "localhost", **more}
    return {
        "REQUEST_METHOD": method, "PATH_INFO": path, "SCRIPT_NAME": "", "QUERY_STRING": query, "SERVER_NAME": "localhost",
        "SERVER_PORT": "8000", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1", "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body), "wsgi.errors": io.StringIO(), "wsgi.version": (1, 0), "wsgi.multithread": True,
        "wsgi.multiprocess": False, "wsgi.run_once": False, **{name: value for name, value in given.items() if value},
    }  # fmt: skip


def asked(application: "WSGIApplication", request: dict[str, Any]) -> Answered:
    """What it answers."""
    told: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> None:
        told[:] = [status, headers]

    parts: Iterable[bytes] = application(request, start_response)  # type: ignore[arg-type]  # a plain function will do
    given = dict(told[1])
    # A page names its id, too.
    body = b"".join(parts).replace(given["X-Request-ID"].encode(), b"")
    headers = frozenset((name.lower(), value) for name, value in told[1] if name.lower() not in _OF_EACH)
    return Answered(told[0].partition(" ")[0], headers, body)
