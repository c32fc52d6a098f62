"""The browser's side of a remembered device: a cookie of its own. For views only.

Not the browser cookie, which is there before anybody proved anything and tells browsers apart: this one is made after the proof.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from idp.mfa.remembered_device.secret import digest_of


def digest_in(request: HttpRequest) -> str:
    """The digest of the secret this browser brings; "" for none, and for one we did not make."""
    return digest_of(request.COOKIES.get(settings.IDP_DEVICE_COOKIE_NAME, ""))


def keep(response: HttpResponse, secret: str) -> None:
    """Let the browser hold a new secret, if there is one."""
    if not secret:
        return
    response.set_cookie(
        settings.IDP_DEVICE_COOKIE_NAME,
        secret,
        max_age=settings.IDP_REMEMBER_DEVICE_DAYS * 24 * 3600,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
