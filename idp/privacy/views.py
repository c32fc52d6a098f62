"""`/account/privacy`: the privacy desk as a page. Forms post to the page's own address; the rules are in `services/`."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from idp.authenticators.services.fresh_proof import is_proven
from idp.core.api_ingress import single_valued
from idp.core.auth_context import AuthContext
from idp.core.errors import Conflict, IdpError, InvalidInput, RateLimited
from idp.core.http import SeeOther
from idp.login.models import SsoSession
from idp.login.person_pages import for_the_person
from idp.privacy.errors import PAGE, SIGN_IN_AGAIN
from idp.privacy.selectors import privacy_of
from idp.privacy.services.choose import choose_marketing, choose_restriction
from idp.privacy.services.close_account import close_account, keep_account
from idp.privacy.services.export_data import export_data

Fields: TypeAlias = Mapping[str, str]
_FILE = "fashionistar-account.json"


@for_the_person()
def privacy(request: HttpRequest, session: SsoSession) -> HttpResponse:
    """The desk, and what its buttons do. What is refused is said above it; a proof too old on a page of its own."""
    if request.method != "POST":
        return _desk(request, session)
    try:
        fields = single_valued(request.POST)
        return _ACTS.get(fields.get("act", ""), _unknown)(request, session.context, fields)
    except (InvalidInput, Conflict, RateLimited) as refused:
        return _desk(request, session, refused)


# --- What the buttons do ----------------------------------------------------------------------------------------------
def _export(_request: HttpRequest, actor: AuthContext, _fields: Fields) -> HttpResponse:
    """The file itself, in this very answer: no address leads to it a second time."""
    exported = export_data(actor=actor).model_dump_json(indent=2)
    disposition = {"Content-Disposition": f'attachment; filename="{_FILE}"', "Cache-Control": "no-store"}
    return HttpResponse(exported, content_type="application/json", headers=disposition)


def _delete(request: HttpRequest, actor: AuthContext, _fields: Fields) -> HttpResponse:
    """The one answer to a POST that is a page: the session that could read it elsewhere is over."""
    due_at = close_account(actor=actor)
    context = {"page": _headed(_("Your account will be deleted")), "due_at": due_at, "sign_in_url": SIGN_IN_AGAIN}
    return render(request, "account/closing.html", {**context, "client_name": "", "alert": None})


def _keep(_request: HttpRequest, actor: AuthContext, _fields: Fields) -> HttpResponse:
    keep_account(actor=actor)
    return SeeOther(f"{PAGE}?saved")


def _marketing(_request: HttpRequest, actor: AuthContext, fields: Fields) -> HttpResponse:
    choose_marketing(actor=actor, allowed=fields.get("choice") == "yes", text_version=fields.get("text_version", ""))
    return SeeOther(f"{PAGE}?saved")


def _restriction(_request: HttpRequest, actor: AuthContext, fields: Fields) -> HttpResponse:
    choose_restriction(actor=actor, restricted=fields.get("choice") == "yes")
    return SeeOther(f"{PAGE}?saved")


def _unknown(_request: HttpRequest, _actor: AuthContext, _fields: Fields) -> HttpResponse:
    raise InvalidInput(detail="no such act")


_ACTS: Mapping[str, Callable[[HttpRequest, AuthContext, Fields], HttpResponse]] = {
    "export": _export,
    "delete": _delete,
    "keep": _keep,
    "marketing": _marketing,
    "restriction": _restriction,
}


# --- Pages ------------------------------------------------------------------------------------------------------------
def _desk(request: HttpRequest, session: SsoSession, refused: IdpError | None = None) -> HttpResponse:
    """Where the account stands, with the forms to change that; those that need a fresh proof for whoever gave it."""
    saved = {"kind": "success", "text": _("Your change is saved.")} if "saved" in request.GET else None
    context = {
        "page": _headed(_("Your data"), _("What we hold about you, how it is used, and how to end it.")),
        "client_name": "",
        "alert": saved if refused is None else {"kind": "error", "text": refused.message},
        "held": privacy_of(session.user),
        "may_change": is_proven(session.context),
        "sign_in_again_url": SIGN_IN_AGAIN,
    }
    response = render(request, "account/privacy.html", context, status=200 if refused is None else refused.status)
    if refused is not None and refused.retry_after is not None:
        response["Retry-After"] = str(refused.retry_after)
    return response


def _headed(heading: str, intro: str = "") -> dict[str, str]:
    return {"title": heading, "heading": heading, "intro": intro}
