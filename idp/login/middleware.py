"""Gives views `request.session`, and `request.user`: the person of the live session, or Django's AnonymousUser.

Both read nothing until asked.
"""

from collections.abc import Callable
from typing import cast

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions import middleware as sessions
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from idp.core.http import is_for_programs
from idp.login.current import current_session


class SessionMiddleware(sessions.SessionMiddleware):
    """Django's own, but that endpoints for programs have no session: a view of theirs that asks for one fails its tests."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Open the session, answer, and save what changed."""
        handler = self.get_response if is_for_programs(request) else super().__call__
        return cast("HttpResponse", handler(request))


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
