"""Whom a page of one's own account is for: the one guard of all of them."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeAlias
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse

from idp.core.errors import MethodNotAllowed
from idp.core.http import SeeOther
from idp.login.acr import ONE_FACTOR
from idp.login.addresses import ENTRANCE
from idp.login.current import current_session

# Takes the request, the session of this browser and what the address holds.
PersonView: TypeAlias = Callable[..., HttpResponse]
_METHODS = ("GET", "HEAD", "POST")


def for_the_person(*, back_to: str = "") -> Callable[[PersonView], PersonView]:
    """The view with the session of this browser; nobody signed in, or too weakly for the role, is sent to sign in.

    From there the way leads to the local path `back_to`, by default to the page that was asked for. Raises `MethodNotAllowed`.
    """

    def guard(view: PersonView) -> PersonView:
        @wraps(view)
        def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:  # noqa: ANN401 - what the address holds
            if request.method not in _METHODS:
                raise MethodNotAllowed(detail=str(request.method), headers={"Allow": ", ".join(_METHODS)})
            session = current_session(request)
            if session is None or not session.meets(ONE_FACTOR):
                return SeeOther(f"{ENTRANCE}?{urlencode({'next': back_to or request.path})}")
            return view(request, session, **kwargs)

        return guarded

    return guard
