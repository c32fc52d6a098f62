"""A random cookie that tells one browser from another, before anybody signed in.

Pending requests and logins are bound to it, so that a link sent to somebody else's browser cannot be answered there
(RFC 9700 §4.7). It proves nothing about a person. Only values we minted are adopted: each carries a keyed tag.
"""

import hashlib
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from idp.core import tagged

_NEW_COOKIE = "idp_new_browser_cookie"
_KEY = "idp_browser_key"
_PURPOSE = "browser-cookie"
_LIFETIME_SECONDS = 180 * 24 * 3600


class BrowserCookieMiddleware:
    """Sends the cookie when `browser_key` had to mint one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass through, then set the cookie if one was minted for this request."""
        response = self.get_response(request)
        minted = request.META.get(_NEW_COOKIE)
        if minted:
            response.set_cookie(
                settings.IDP_BROWSER_COOKIE_NAME,
                minted,
                max_age=_LIFETIME_SECONDS,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response


def browser_key(request: HttpRequest) -> str:
    """64 hexadecimal characters naming this browser; the cookie itself is never stored, only this hash of it."""
    known = request.META.get(_KEY)
    if known is None:
        cookie = request.COOKIES.get(settings.IDP_BROWSER_COOKIE_NAME, "")
        if not tagged.is_ours(cookie, _PURPOSE):
            cookie = tagged.mint(_PURPOSE)
            request.META[_NEW_COOKIE] = cookie
        known = request.META[_KEY] = hashlib.sha256(cookie.encode()).hexdigest()
    return str(known)
