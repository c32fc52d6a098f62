"""How an answer reaches the client: at its own redirect URI, in the response mode it asked for, `state` and `iss` always with it.

`query` is a 303 with the members in the query. `form_post` is a page that posts them: a small script presses its button, and
where no script runs the person does. Nothing here depends on a cookie that travels with that cross-site POST.
"""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from idp.core.errors import RedirectedError
from idp.core.http import SeeOther, no_store
from idp.core.specs import implements
from idp.oidc.authorize.request import AuthorizationRequest


def with_code(request: AuthorizationRequest, code: str) -> HttpResponse:
    """The successful answer (RFC 6749 §4.1.2)."""
    return _answer(request, {"code": code})


def with_error(request: AuthorizationRequest, error: RedirectedError) -> HttpResponse:
    """The refusal (RFC 6749 §4.1.2.1)."""
    return _answer(request, {"error": error.error, "error_description": error.description})


@implements("RFC 9207", "2")
def _answer(request: AuthorizationRequest, answer: Mapping[str, str]) -> HttpResponse:
    members = {**answer, **({"state": request.state} if request.state else {}), "iss": settings.IDP_ISSUER}
    return _posted(request, members) if request.response_mode == "form_post" else _redirected(request, members)


def _redirected(request: AuthorizationRequest, members: Mapping[str, str]) -> HttpResponse:
    """303 to the client, so that a browser never re-sends what was posted to us (RFC 9700 §4.12)."""
    # RFC 6749 §3.1.2: a query the registration carries is kept.
    joint = "&" if "?" in request.redirect_uri else "?"
    return SeeOther(f"{request.redirect_uri}{joint}{urlencode(members)}")


@implements("OAuth 2.0 Form Post Response Mode", "2")
def _posted(request: AuthorizationRequest, members: Mapping[str, str]) -> HttpResponse:
    """The page whose form goes to the client; the view that shows it is marked `may_end_at_client`."""
    title = _("One moment")
    page = {"title": title, "heading": title, "intro": _("We are taking you back to the application.")}
    context = {"page": page, "client_name": "", "alert": None, "redirect_uri": request.redirect_uri, "members": members}
    return no_store(HttpResponse(render_to_string("oidc/form_post.html", context)))
