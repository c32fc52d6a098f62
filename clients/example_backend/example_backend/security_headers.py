"""Headers that every answer carries, failures included (OWASP ASVS 5.0 section 3.4)."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from fashionistar_auth.conf import get_settings

HEADERS = {
    # Nothing runs and nothing is framed; the page at `/` may load our own stylesheet and nothing else.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    # Pages of other origins read the API through CORS, which this does not touch; they cannot embed it.
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    # RFC 6750 section 5.3 in spirit: what a token opened is nobody else's to keep.
    "Cache-Control": "no-store",
}
_HSTS = "max-age=31536000"


class SecurityHeadersMiddleware:
    """Adds the headers; outermost, so that nothing leaves without them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response
        https = get_settings().resource.startswith("https://")
        self._headers = HEADERS | ({"Strict-Transport-Security": _HSTS} if https else {})

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Handle one request."""
        response = self._get_response(request)
        for name, value in self._headers.items():
            response[name] = value
        return response
