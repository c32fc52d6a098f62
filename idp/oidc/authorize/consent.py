"""`/interaction/<uid>/consent`: the person allows or denies, in words, what the client asked for (OIDC Core §3.1.2.4).

The page carries nothing of the request but its id: client, scopes and address come from what was checked and kept, so hidden
fields cannot be tampered with (RFC 9700 §4.7).
"""

from typing import Any, Literal

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from idp.accounts.selectors import display_name, get_active_user
from idp.core import api_ingress
from idp.core.auth_context import AuthContext
from idp.core.csp import may_end_at_client
from idp.core.errors import RedirectedError
from idp.core.http import SeeOther
from idp.core.specs import implements
from idp.core.types import Schema
from idp.oidc.authorize import interaction as interactions
from idp.oidc.authorize import policy, remembered_consent, respond
from idp.oidc.authorize.permissions import permissions_of
from idp.oidc.authorize.redirect_uri import destination
from idp.oidc.authorize.visit import Visit, visited


class Decision(Schema):
    """What the person pressed."""

    decision: Literal["allow", "deny"]


@may_end_at_client
@require_http_methods(["GET", "POST"])
@implements("OIDC Core", "3.1.2.4")
def consent(request: HttpRequest, uid: str) -> HttpResponse:
    """The page, or what follows from the answer. Raises `Expired`, `Forbidden`, `InvalidInput`."""
    visit = visited(request, uid)
    # Asked out of turn (signed out meanwhile, answered already): the router knows better.
    if visit.session is None or visit.need is not policy.Need.CONSENT:
        return SeeOther(visit.router)
    if request.method == "GET":
        return render(request, "oidc/consent.html", _page(visit, visit.session))
    answer = api_ingress.form(request, Decision)
    return _allowed(visit, visit.session) if answer.decision == "allow" else _denied(visit, visit.session)


def _allowed(visit: Visit, session: AuthContext) -> HttpResponse:
    """Remember, note that this very request was consented to in this session, and let the router go on."""
    remembered_consent.grant_consent(context=session, client=visit.client, request=visit.pending.request)
    interactions.remember(visit.pending, consented_sid=str(session.sid))
    return SeeOther(visit.router)


def _denied(visit: Visit, session: AuthContext) -> HttpResponse:
    """Back to the client with access_denied (RFC 6749 §4.1.2.1)."""
    # Taken last: if the record cannot be written, the page can be answered again.
    with transaction.atomic():
        remembered_consent.record_denial(context=session, client=visit.client, request=visit.pending.request)
        interactions.finish(visit.pending)
    return respond.with_error(visit.pending.request, RedirectedError("access_denied", "The person did not allow this."))


def _page(visit: Visit, session: AuthContext) -> dict[str, Any]:
    """The template's context: client name as inert text, where the answer goes, scopes and single claims in words."""
    user = get_active_user(session.user_id)
    asked = visit.pending.request
    title = _("Allow access")
    listed = permissions_of(scopes=asked.scopes, claims=remembered_consent.singly_asked(asked, beside=asked.scopes))
    return {
        "page": {"title": title, "heading": title, "intro": ""},
        "client_name": visit.client.name,
        "alert": None,
        "account": display_name(user) if user else "",
        "redirect_host": destination(asked.redirect_uri),
        "scopes": [{"name": one.name, "title": one.sentence, "description": ""} for one in listed],
    }
