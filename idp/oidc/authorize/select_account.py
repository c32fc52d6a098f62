"""`/interaction/<uid>/account`: go on as whoever is signed in here, or as somebody else (OIDC Core §3.1.2.1 `select_account`)."""

from typing import Literal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from idp.accounts.selectors import display_name, get_active_user
from idp.core import api_ingress
from idp.core.csp import may_end_at_client
from idp.core.http import SeeOther
from idp.core.specs import implements
from idp.core.types import Schema
from idp.oidc.authorize import interaction as interactions
from idp.oidc.authorize import policy
from idp.oidc.authorize.visit import begin_login_for, visited


class Choice(Schema):
    """What the person pressed."""

    account: Literal["present", "another"]


@may_end_at_client
@require_http_methods(["GET", "POST"])
@implements("OIDC Core", "3.1.2.1")
def select_account(request: HttpRequest, uid: str) -> HttpResponse:
    """The page, or what follows from the choice. Raises `Expired`, `Forbidden`, `InvalidInput`."""
    visit = visited(request, uid)
    # Asked out of turn (signed out meanwhile, chosen already): the router knows better.
    if visit.session is None or visit.need is not policy.Need.ACCOUNT:
        return SeeOther(visit.router)
    if request.method == "GET":
        user = get_active_user(visit.session.user_id)
        title = _("Choose an account")
        page = {"title": title, "heading": title, "intro": ""}
        account = display_name(user) if user else ""
        context = {"page": page, "client_name": visit.client.name, "alert": None, "account": account}
        return render(request, "oidc/select_account.html", context)
    if api_ingress.form(request, Choice).account == "another":
        # The new sign-in is made for this very request, and thereby chosen. A hint may name who is to be left behind.
        return SeeOther(begin_login_for(visit))
    interactions.remember(visit.pending, chosen_sid=str(visit.session.sid))
    return SeeOther(visit.router)
