"""Small HTTP answers and readings that Django lacks."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class SeeOther(HttpResponse):
    """303 See Other: every redirect after a POST, so that no browser re-sends a password (RFC 9700 §4.12).

    Django's own redirect class refuses private-use schemes such as `com.example.app:/callback` (RFC 8252 §7.1), which are
    legitimate here because the address was matched against a registration before.
    """

    status_code = 303

    def __init__(self, location: str) -> None:
        """Redirect to `location`, an absolute URI or a local path. Raises ValueError on line breaks (Django's header check)."""
        super().__init__()
        self["Location"] = location


def is_local_path(target: str) -> bool:
    """Whether `target` is a path on this very host: nothing a browser could read as another origin (RFC 9700 §4.11)."""
    if not target.startswith("/") or target.startswith("//") or "\\" in target:
        return False
    if any(ord(char) <= 0x20 or ord(char) == 0x7F for char in target):
        return False
    parts = urlsplit(target)
    return not parts.scheme and not parts.netloc


def no_store(response: HttpResponse) -> HttpResponse:
    """Forbid every cache to keep the answer (RFC 6749 §5.1); returns the same response."""
    response["Cache-Control"] = "no-store"
    response["Pragma"] = "no-cache"
    return response


def is_for_programs(request: HttpRequest) -> bool:
    """Whether this is an endpoint for programs, and no cookie came along: there is no session, and no language to choose.

    With a cookie, even one that means nothing, it goes the way of every other request, which may take the cookie back.
    """
    return request.path_info in settings.IDP_PROGRAM_PATHS and not request.META.get("HTTP_COOKIE")


def wants_html(request: HttpRequest) -> bool:
    """Whether the caller is a browser showing a page, by its Accept header."""
    return "text/html" in request.headers.get("Accept", "")
