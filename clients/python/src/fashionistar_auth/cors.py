"""Which web pages may read this service's answers (the CORS protocol of the Fetch standard).

Put it first in MIDDLEWARE, so that failures are readable too: a page that cannot read a 401 cannot tell why it failed.
Only origins listed in CORS_ORIGINS are answered, by name; there is no wildcard, and cookies are never allowed along,
because the token travels in a header.
"""

from collections.abc import Awaitable, Callable
from typing import cast

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers

from fashionistar_auth.conf import get_settings

_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE"
#: What a page may read besides the body: the challenge (which sign-in is missing), when to retry, the reference.
_EXPOSED = "WWW-Authenticate, Retry-After, X-Request-ID"
_PREFLIGHT_SECONDS = "600"


class CorsMiddleware:
    """Answers preflights and marks answers for listed origins; under ASGI too, without a thread to each request."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]) -> None:
        self._get_response = get_response
        # Django's sign for a middleware that may be awaited.
        self._is_async = iscoroutinefunction(get_response)
        if self._is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """Handle one request."""
        # The preflight is generic: it asks about the origin, not about the resource, so it tells nothing of our paths.
        preflight = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
        if self._is_async:
            return self._awaited(request, preflight=preflight)
        answer = HttpResponse(status=204) if preflight else cast("HttpResponseBase", self._get_response(request))
        return _marked(request, answer, preflight=preflight)

    async def _awaited(self, request: HttpRequest, *, preflight: bool) -> HttpResponseBase:
        """The same on an event loop."""
        if preflight:
            return _marked(request, HttpResponse(status=204), preflight=True)
        answer = await cast("Awaitable[HttpResponseBase]", self._get_response(request))
        return _marked(request, answer, preflight=False)


def _marked(request: HttpRequest, response: HttpResponseBase, *, preflight: bool) -> HttpResponseBase:
    """The answer, with what a browser needs to let a listed page read it."""
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
