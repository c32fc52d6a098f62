"""What the pages below `/account/` share: whom they are for, and how they are rendered."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeAlias
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from idp.core.errors import IdpError, MethodNotAllowed, Text
from idp.core.http import SeeOther
from idp.login.acr import ONE_FACTOR
from idp.login.addresses import ENTRANCE
from idp.login.current import current_session

PersonView: TypeAlias = Callable[..., HttpResponse]
_METHODS = ("GET", "HEAD", "POST")
SAVED = "saved"


def for_the_person(view: PersonView) -> PersonView:
    """The view with the session of this browser; nobody signed in, or too weakly for the role, is sent to sign in."""

    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:  # noqa: ANN401 - what the address holds
        if request.method not in _METHODS:
            raise MethodNotAllowed(detail=str(request.method), headers={"Allow": ", ".join(_METHODS)})
        session = current_session(request)
        if session is None or not session.meets(ONE_FACTOR):
            return SeeOther(f"{ENTRANCE}?{urlencode({'next': request.path})}")
        return view(request, session, **kwargs)

    return guarded


def sign_in_again(request: HttpRequest) -> str:
    """Where a proof too old is renewed; leads back to this page."""
    return f"{ENTRANCE}?{urlencode({'next': request.path, 'fresh': 1})}"


def saved(request: HttpRequest) -> HttpResponse:
    """The same page by GET, which says that it was done: a reload repeats nothing."""
    return SeeOther(f"{request.path}?{SAVED}")


def rendered(
    request: HttpRequest,
    template: str,
    *,
    heading: Text,
    intro: Text = "",
    context: Mapping[str, object] | None = None,
    refused: IdpError | None = None,
    done: Text = "",
) -> HttpResponse:
    """The page; a refusal as its alert and beside its fields, or the sentence of what was just done."""
    alert = {"kind": "success", "text": done} if SAVED in request.GET and done else None
    shown = {
        "page": {"title": heading, "heading": heading, "intro": intro},
        "client_name": "",
        "alert": alert if refused is None else {"kind": "error", "text": refused.message},
        "errors": {} if refused is None else dict(refused.fields),
    }
    response = render(request, template, {**(context or {}), **shown}, status=200 if refused is None else refused.status)
    if refused is not None and refused.retry_after is not None:
        response["Retry-After"] = str(refused.retry_after)
    return response
