"""Gives every request an id that the answer, the error page and each log line share, and writes one line per request.

The id is always ours: one taken from the caller could be forged to confuse the log.
"""

import logging
import secrets
import time
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse

logger = logging.getLogger("idp.request")


class RequestLine:
    """One request: its id, and its line in the log. Begun before anything else is done for it."""

    def __init__(self) -> None:
        """Take a new id and bind it to every line that this thread writes from here on."""
        self.identifier = secrets.token_hex(8)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=self.identifier)
        self._started = time.perf_counter()

    def write(self, *, method: str | None, route: str, status: int) -> None:
        """The route, not the path: a path may hold an interaction id, and a query may hold a code."""
        duration = round((time.perf_counter() - self._started) * 1000, 1)
        facts = {"method": method, "route": route, "status": status, "duration_ms": duration}
        logger.info("request answered", extra=facts)


class RequestContextMiddleware:
    """Binds the request id, then logs method, route, status and duration (milliseconds); never the query."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with `X-Request-ID` set."""
        line = RequestLine()
        request.META["IDP_REQUEST_ID"] = line.identifier

        response = self.get_response(request)

        response["X-Request-ID"] = line.identifier
        # Of every refusal Django would write a line with the path; ours below says the same without it.
        setattr(response, "_has_been_logged", True)  # noqa: B010 - an attribute its stubs do not know
        match = request.resolver_match
        line.write(method=request.method, route=match.route if match else "unmatched", status=response.status_code)
        return response


def request_id(request: HttpRequest | None) -> str:
    """The id of this request, or "-" outside one."""
    return str(request.META.get("IDP_REQUEST_ID", "-")) if request is not None else "-"
