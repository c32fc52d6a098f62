"""An answer that is ready, and how it is sent: with the headers, the request id and the log line of every other answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse

from idp.core.csp import SecurityHeadersMiddleware
from idp.core.request_context import RequestLine

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """Headers and body of a 200."""

    headers: Headers
    body: bytes


def dressed(response: HttpResponse) -> Headers:
    """The headers of a view's answer, once the security headers are on it."""
    return tuple(SecurityHeadersMiddleware(lambda _request: response)(HttpRequest()).items())


def with_headers(headers: Headers, more: Mapping[str, str]) -> Headers:
    """These headers and a few more."""
    return (*headers, *more.items())


def send(answer: Answer, line: RequestLine, *, method: str, route: str, start_response: "StartResponse") -> Iterable[bytes]:
    """Send it, and write its line to the log."""
    length = ("Content-Length", str(len(answer.body)))
    start_response("200 OK", [*answer.headers, length, ("X-Request-ID", line.identifier)])
    line.write(method=method, route=route, status=200)
    return [answer.body]
