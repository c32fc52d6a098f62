"""`/oauth2/logout`: a client asks that the person be signed out here too (OIDC RP-Initiated Logout 1.0).

Like the authorization endpoint it reads no cookie, because a client may POST across sites: the checked request is kept and the
browser led to `/oauth2/logout/<uid>`, where the session is seen. Without a hint of this very session the person is asked, so
that a link on a foreign page cannot sign anybody out.
"""

from typing import Any, Literal
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from idp.accounts.selectors import display_name
from idp.core import api_ingress
from idp.core.client_address import address_bucket
from idp.core.csp import may_end_at_client
from idp.core.errors import DisplayedError, InvalidInput
from idp.core.http import SeeOther
from idp.core.ratelimit import AddressLimit
from idp.core.specs import implements
from idp.core.types import Schema
from idp.login.browser_session import sign_out
from idp.login.current import current_session
from idp.login.models import SsoSession
from idp.login.services.end_session import end_session as end_sso_session
from idp.login.services.end_session import end_user_sessions
from idp.login.types import EndReason
from idp.oidc.endpoints import logout_request
from idp.oidc.endpoints.logout_request import LogoutRequest

# A request that is kept takes up to some kB for ten minutes; more of them than this is no crowd behind one address.
_kept = AddressLimit("logout_request", "600/minute")


class Confirmation(Schema):
    """What the person pressed: sign out in this browser, or everywhere."""

    decision: Literal["logout", "logout_everywhere"]


@csrf_exempt  # A request of a client, not of our own pages; the person or a hint confirms it at the next step.
@require_http_methods(["GET", "POST"])
@implements("OIDC RP-Initiated Logout", "2")
@implements("RFC 6819", "4.4.1.11")
def end_session(request: HttpRequest) -> HttpResponse:
    """303 to the page that signs out or asks. Raises `DisplayedError`, `RateLimited`."""
    if request.method == "POST" and not api_ingress.is_form(request):
        raise DisplayedError("invalid_request", _("Send the parameters as application/x-www-form-urlencoded."))
    try:
        parameters = api_ingress.single_valued(request.POST if request.method == "POST" else request.GET)
    except InvalidInput as exc:
        raise DisplayedError("invalid_request", _("A parameter was sent twice."), detail=exc.detail) from exc
    asked = logout_request.checked(parameters)
    _kept.hit(address_bucket(request))
    uid = logout_request.keep(asked)
    return SeeOther(reverse("oidc:logout_confirm", args=[uid]))


@may_end_at_client
@require_http_methods(["GET", "POST"])
@implements("OIDC RP-Initiated Logout", "6")
def logout_confirm(request: HttpRequest, uid: str) -> HttpResponse:
    """Sign out at once where a hint of this session proves the wish, else ask first. Raises `Expired`."""
    asked = logout_request.kept(uid)
    session = current_session(request)
    if session is None:
        # Repeating a logout is harmless: there is nothing left to end.
        return _done(asked)
    everywhere = request.method == "POST" and api_ingress.form(request, Confirmation).decision == "logout_everywhere"
    if request.method == "GET" and asked.hinted_sid != str(session.pk):
        return render(request, "oidc/logout_confirm.html", _page(asked, session))

    if everywhere:
        end_user_sessions(user_id=session.user_id, reason=EndReason.LOGOUT)
    else:
        end_sso_session(sid=session.pk, reason=EndReason.LOGOUT)
    sign_out(request)
    return _forgotten(_done(_for_whoever_it_was(asked, session)))


@require_GET
def signed_out(request: HttpRequest) -> HttpResponse:
    """The last page when there is no application to return to."""
    title = _("You are signed out")
    page = {"title": title, "heading": title, "intro": _("You can close this page.")}
    context = {"page": page, "client_name": "", "alert": None, "return_url": "", "return_label": ""}
    return render(request, "oidc/signed_out.html", context)


def _for_whoever_it_was(asked: LogoutRequest, session: SsoSession) -> LogoutRequest:
    """A hint about somebody else does not choose where this person goes."""
    if asked.hinted_subject and asked.hinted_subject != str(session.user_id):
        return asked.model_copy(update={"return_to": ""})
    return asked


def _done(asked: LogoutRequest) -> HttpResponse:
    """To the proven address with `state` unchanged (OIDC RP-Initiated Logout §3), else to our own page."""
    if not asked.return_to:
        return SeeOther(reverse("oidc:signed_out"))
    if not asked.state:
        return SeeOther(asked.return_to)
    joint = "&" if "?" in asked.return_to else "?"
    return SeeOther(f"{asked.return_to}{joint}{urlencode({'state': asked.state})}")


@implements("W3C Clear Site Data", "3.1")
def _forgotten(response: HttpResponse) -> HttpResponse:
    """The browser drops what it kept of our pages, the Back button's memory included (W3C Clear Site Data §3.1).

    Not "cookies", which would take along the cookies of sign-ins under way in other tabs, and those of sibling hosts.
    """
    response["Clear-Site-Data"] = '"cache"'
    return response


def _page(asked: LogoutRequest, session: SsoSession) -> dict[str, Any]:
    title = _("Sign out")
    intro = _("Do you want to sign out of Fashionistar in this browser?")
    return {
        "page": {"title": title, "heading": title, "intro": intro},
        "client_name": asked.client_name,
        "alert": None,
        "account": display_name(session.user),
        "stay_url": "",
    }
