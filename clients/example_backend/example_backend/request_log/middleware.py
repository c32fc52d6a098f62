"""What is logged, and what an entry holds: allow-lists for both."""

import time
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from drf_api_logger.middleware.api_logger_middleware import APILoggerMiddleware

# A method is the caller's text; any other is written as one word.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# What the column holds.
_LONGEST_SECONDS = 999.0


class RequestLogMiddleware(APILoggerMiddleware):  # type: ignore[misc]  # the library has no annotations
    """The library's middleware for paths below `REQUEST_LOG_PREFIXES`; others pass it by untouched."""

    async_capable = False

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and log where the path asks for it."""
        if not request.path_info.startswith(settings.REQUEST_LOG_PREFIXES):
            return self.get_response(request)  # type: ignore[no-any-return]
        return super().__call__(request)  # type: ignore[no-any-return]

    def _get_request_data(self, request: HttpRequest) -> str:  # noqa: ARG002 - the library's signature
        """Never the body."""
        return ""

    def _get_response_body(self, response: HttpResponse) -> str:  # noqa: ARG002 - as above
        """Never the answer."""
        return ""

    def _should_log_response_content_type(self, response: HttpResponse) -> bool:  # noqa: ARG002 - as above
        """Whatever the answer is: an entry holds none of it."""
        return True

    def _build_log_data(
        self, request: HttpRequest, response: HttpResponse, state: dict[str, Any], *_rest: object
    ) -> dict[str, Any]:
        """One row. The route, because a path or a query may hold a secret; the peer, because a header may lie."""
        match = request.resolver_match
        return {
            "api": match.route if match else "unmatched",
            "headers": "",
            "body": "",
            "method": request.method if request.method in _METHODS else "OTHER",
            "client_ip_address": request.META.get("REMOTE_ADDR", ""),
            "response": "",
            "status_code": response.status_code,
            "execution_time": round(min(time.time() - state["start_time"], _LONGEST_SECONDS), 5),
            "added_on": timezone.now(),
        }
