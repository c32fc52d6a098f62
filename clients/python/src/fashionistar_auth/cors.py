"""Which web pages may read this service's answers (the CORS protocol of the Fetch standard).

Put it first in MIDDLEWARE, so that failures are readable too: a page that cannot read a 401 cannot tell why it failed.
Only origins listed in CORS_ORIGINS are answered, by name; there is no wildcard, and cookies are never allowed along,
because the token travels in a header.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers

from fashionistar_auth.conf import get_settings

_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE"
#: What a page may read besides the body: the challenge (which sign-in is missing), when to retry, the reference.
_EXPOSED = "WWW-Authenticate, Retry-After, X-Request-ID"
_PREFLIGHT_SECONDS = "600"


class CorsMiddleware:
    """Answers preflights and marks answers for listed origins."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Handle one request."""
        preflight = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
        # The preflight is generic: it asks about the origin, not about the resource, so it tells nothing of our paths.
        response = HttpResponse(status=204) if preflight else self._get_response(request)
        patch_vary_headers(response, ["Origin"])
        origin = request.headers.get("Origin")
        if origin is None or origin not in get_settings().cors_origins:
            return response
        response["Access-Control-Allow-Origin"] = origin
        if preflight:
            response["Access-Control-Allow-Methods"] = _METHODS
            response["Access-Control-Allow-Headers"] = ", ".join(get_settings().cors_allow_headers)
            response["Access-Control-Max-Age"] = _PREFLIGHT_SECONDS
        else:
            response["Access-Control-Expose-Headers"] = _EXPOSED
        return response
