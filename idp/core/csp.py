"""Security headers on every answer, 4xx and 5xx included; a strict Content-Security-Policy with nothing inline.

Sources: W3C CSP Level 3; RFC 9700 §4.16 (clickjacking) and §4.2.4 (referrer); OWASP ASVS 5.0 V3.4.
"""

from base64 import b64encode
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any, TypeVar, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse

View = TypeVar("View", bound=Callable[..., Any])

_PAGE_SOURCES = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_DATA_SOURCES = "default-src 'none'; frame-ancestors 'none'"
# The one style attribute of our mail (`frontend/templates/email/frame.html`). Samples of mail show it, so their policy allows it
# by its digest, and no other (CSP Level 3 §8.3).
MAIL_STYLE = "overflow-wrap:anywhere;word-break:break-word"
_MAIL_STYLE_DIGEST = b64encode(sha256(MAIL_STYLE.encode()).digest()).decode()
_SAMPLE_SOURCES = (
    f"default-src 'none'; style-src 'self'; style-src-attr 'unsafe-hashes' 'sha256-{_MAIL_STYLE_DIGEST}'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
_OPEN_FORM = "idp_csp_open_form"
_SAMPLE = "idp_csp_sample"
_GALLERY = "idp_csp_gallery"


def _marked(view: View, mark: str) -> View:
    """The view, its answers marked for `_policy`."""

    @wraps(view)
    def marked(*args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ANN401 - the view's own arguments
        response: HttpResponse = view(*args, **kwargs)
        setattr(response, mark, True)
        return response

    return cast("View", marked)


def is_sample(view: View) -> View:
    """Mark a page that only shows how another one looks: our own gallery may frame it, and nothing on it runs or is sent."""
    return _marked(view, _SAMPLE)


def frames_samples(view: View) -> View:
    """Mark the gallery of samples: it may hold frames of ours."""
    return _marked(view, _GALLERY)


def may_end_at_client(view: View) -> View:
    """Mark a page whose POST may be redirected to a client's address: it sends no `form-action`.

    Chromium applies `form-action` to every hop after the POST, beyond the client's own redirect too, so the user would be
    stuck with a spent code. All other pages send `form-action 'self'`.
    """
    return _marked(view, _OPEN_FORM)


class SecurityHeadersMiddleware:
    """Outermost but for the request context: it sees every answer, whoever made it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next handler; the transport rule is fixed at start-up by the issuer's scheme."""
        self.get_response = get_response
        self.strict_transport = settings.IDP_ISSUER.startswith("https://")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the headers set; a view's own Cache-Control stands."""
        response = self.get_response(request)
        response.headers["Content-Security-Policy"] = _policy(response)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["X-Frame-Options"] = "SAMEORIGIN" if getattr(response, _SAMPLE, False) else "DENY"
        # `no-referrer` would turn the Origin of our own form posts into "null" and so break the CSRF check.
        # An answer that leaves an address with a key in it says so itself.
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        response.headers.setdefault("Cache-Control", "no-store")
        if self.strict_transport:
            response.headers["Strict-Transport-Security"] = "max-age=63072000"
        return response


def _policy(response: HttpResponse) -> str:
    """The policy for this answer: pages may load our own files, data may load nothing, samples neither run nor send."""
    if not response.headers.get("Content-Type", "").startswith("text/html"):
        return _DATA_SOURCES
    if getattr(response, _SAMPLE, False):
        return _SAMPLE_SOURCES
    if getattr(response, _GALLERY, False):
        return f"{_PAGE_SOURCES}; form-action 'self'; frame-src 'self'"
    return _PAGE_SOURCES if getattr(response, _OPEN_FORM, False) else f"{_PAGE_SOURCES}; form-action 'self'"
