"""`/interaction/<uid>/consent`: the person allows or denies, in words, what the client asked for (OIDC Core §3.1.2.4).

The page carries nothing of the request but its id: client, scopes and address come from what was checked and kept, so hidden
fields cannot be tampered with (RFC 9700 §4.7).
"""

from typing import Any, Literal

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from idp.accounts.selectors import display_name, get_active_user
from idp.core import api_ingress
from idp.core.auth_context import AuthContext
from idp.core.browser import browser_key
from idp.core.csp import may_end_at_client
from idp.core.errors import RedirectedError
from idp.core.http import SeeOther
from idp.core.specs import implements
from idp.core.types import Schema
from idp.oidc.authorize import consents, policy, respond
from idp.oidc.authorize import interaction as interactions
from idp.oidc.authorize.dispatch import client_of, facts_of, session_context
from idp.oidc.authorize.interaction import Interaction
from idp.oidc.authorize.redirect_uri import destination
from idp.oidc.models import Client
from idp.oidc.provider.scopes import known_scopes

# Named to the person by the page itself ("sign you in"), or of no meaning to them.
_UNLISTED = frozenset({"openid"})


class Decision(Schema):
    """What the person pressed."""

    decision: Literal["allow", "deny"]


@may_end_at_client
@require_http_methods(["GET", "POST"])
@implements("OIDC Core", "3.1.2.4")
def consent(request: HttpRequest, uid: str) -> HttpResponse:
    """The page, or what follows from the answer. Raises `Expired`, `Forbidden`, `InvalidInput`."""
    pending = interactions.opened(uid, browser=browser_key(request))
    client, session = client_of(pending), session_context(request)
    # Asked out of turn (signed out meanwhile, answered already): the router knows better.
    if session is None or policy.next_need(facts_of(pending, client, session)) is not policy.Need.CONSENT:
        return SeeOther(reverse("oidc:interaction", args=[uid]))
    if request.method == "GET":
        return render(request, "oidc/consent.html", _page(pending, client, session))
    answer = api_ingress.form(request, Decision)
    return _allowed(pending, client, session) if answer.decision == "allow" else _denied(pending, client, session)


def _allowed(pending: Interaction, client: Client, session: AuthContext) -> HttpResponse:
    """Remember, note that this very request was consented to in this session, and let the router go on."""
    consents.grant_consent(context=session, client=client, scopes=pending.request.scopes)
    interactions.remember_consent(pending, sid=str(session.sid))
    return SeeOther(reverse("oidc:interaction", args=[pending.uid]))


def _denied(pending: Interaction, client: Client, session: AuthContext) -> HttpResponse:
    """Back to the client with access_denied (RFC 6749 §4.1.2.1)."""
    # Taken last: if the record cannot be written, the page can be answered again.
    with transaction.atomic():
        consents.record_denial(context=session, client=client, scopes=pending.request.scopes)
        interactions.finish(pending)
    return respond.with_error(pending.request, RedirectedError("access_denied", "The person did not allow this."))


def _page(pending: Interaction, client: Client, session: AuthContext) -> dict[str, Any]:
    """The template's context: client name as inert text, where the answer goes, scopes in words."""
    user = get_active_user(session.user_id)
    title = _("Allow access")
    words = known_scopes()
    return {
        "page": {"title": title, "heading": title, "intro": ""},
        "client_name": client.name,
        "alert": None,
        "account": display_name(user) if user else "",
        "redirect_host": destination(pending.request.redirect_uri),
        "scopes": [
            {"name": name, "title": _(words[name]), "description": ""} for name in pending.request.scopes if name not in _UNLISTED
        ],
    }
