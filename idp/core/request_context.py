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


class RequestContextMiddleware:
    """Binds the request id, then logs method, route, status and duration (milliseconds); never the query."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with `X-Request-ID` set."""
        identifier = secrets.token_hex(8)
        request.META["IDP_REQUEST_ID"] = identifier
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=identifier)
        started = time.perf_counter()

        response = self.get_response(request)

        response["X-Request-ID"] = identifier
        # Of every refusal Django would write a line with the path; ours below says the same without it.
        setattr(response, "_has_been_logged", True)  # noqa: B010 - an attribute its stubs do not know
        # The route, not the path: a path may hold an interaction id, and a query may hold a code.
        match = request.resolver_match
        logger.info(
            "request answered",
            extra={
                "method": request.method,
                "route": match.route if match else "unmatched",
                "status": response.status_code,
                "duration_ms": round((time.perf_counter() - started) * 1000, 1),
            },
        )
        return response


def request_id(request: HttpRequest | None) -> str:
    """The id of this request, or "-" outside one."""
    return str(request.META.get("IDP_REQUEST_ID", "-")) if request is not None else "-"
