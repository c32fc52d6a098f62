"""Gives views `request.user`: the person of the live session, or Django's AnonymousUser. Reads nothing until asked."""

from collections.abc import Callable
from typing import cast

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from idp.login.current import current_session


class SsoSessionMiddleware:
    """Stands after Django's session and CSRF middleware; a request that asks for nobody costs no query."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Attach the lazy user and pass on."""
        # A proxy, because Django's admin and DRF read an attribute; our own code calls `current_session`.
        request.user = cast("AnonymousUser", SimpleLazyObject(lambda: _user_of(request)))
        return self.get_response(request)


def _user_of(request: HttpRequest) -> AbstractBaseUser | AnonymousUser:
    session = current_session(request)
    return AnonymousUser() if session is None else session.user
