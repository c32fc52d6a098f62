"""Decides which requests are logged, and what an entry may hold: an allow-list for both, never a list of exceptions.

Stands outside everything that can refuse a request, so that refusals of a foreign Host, of CSRF and of size are entries too.
"""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from drf_api_logger.middleware.api_logger_middleware import APILoggerMiddleware

from idp.core import clock
from idp.core.client_address import address_bucket

# RFC 9110 §9.1 and RFC 5789; a method is the caller's text, so any other is written as one word.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})
# Five digits after the point, three before it: what the column holds.
_LONGEST_SECONDS = 999.0


class RequestLogMiddleware(APILoggerMiddleware):
    """The library's middleware, of which the hand-over to its table's writer is left; the way there is ours.

    Its own way resolves the address a second time, reads headers and body, and names labels of metrics that nobody asked for,
    a fifth of what a token costs. An entry here holds none of it, so none of it is done.
    """

    # A thread serves each request here, as everywhere in this project.
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next handler."""
        super().__init__(get_response)  # type: ignore[no-untyped-call]  # the library has no annotations

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and log where the address asks for it."""
        if not is_logged(request.path_info):
            return self._answered(request)
        started = time.perf_counter()
        response = self._answered(request)
        # A row that cannot be handed over must not take the answer with it: the library's method swallows the fault.
        self._safe_queue_log_data(_entry(request, response, time.perf_counter() - started))  # type: ignore[no-untyped-call]
        return response

    def _answered(self, request: HttpRequest) -> HttpResponse:
        next_handler: Callable[[HttpRequest], HttpResponse] = self.get_response
        return next_handler(request)


def _entry(request: HttpRequest, response: HttpResponse, seconds: float) -> dict[str, Any]:
    """One row by the library's column names: this mapping and nothing else.

    The route's name, because a path or a query may hold a secret. Never the body: to read it here would undo the limit on its
    size for whoever reads it later. Never the answer: it may be a token, and one without a body (revocation) counts as well.
    """
    match = request.resolver_match
    return {
        "api": (match.view_name or match.route) if match else "unmatched",
        "headers": "",
        "body": "",
        "method": request.method if request.method in _METHODS else "OTHER",
        "client_ip_address": address_bucket(request),
        "response": "",
        "status_code": response.status_code,
        "execution_time": round(min(seconds, _LONGEST_SECONDS), 5),
        "added_on": clock.now(),
    }


def is_logged(path: str) -> bool:
    """Whether the path is one of `IDP_REQUEST_LOG_PATHS`, or lies under one that ends in a slash."""
    return any(
        path.startswith(allowed) if allowed.endswith("/") else path == allowed for allowed in settings.IDP_REQUEST_LOG_PATHS
    )
