"""`/account/security`: one's own second factors as a page. Forms post to the page's own address; the rules are in `services/`."""

import json
import uuid
from collections.abc import Callable, Mapping
from typing import TypeAlias

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from idp.accounts.selectors import links_of, sign_in_name
from idp.authenticators.errors import PAGE, SIGN_IN_AGAIN
from idp.authenticators.schemas import FactorMeant, FactorNamed, FactorRenamed, FirstCode, PasskeySent, ServiceMeant
from idp.authenticators.selectors import authenticators_of
from idp.authenticators.services.add_app import begin_app, begun_app, confirm_app
from idp.authenticators.services.add_passkey import add_passkey, begin_passkey
from idp.authenticators.services.change_factor import remove_factor, rename_factor
from idp.authenticators.services.disconnect_service import disconnect_service
from idp.authenticators.services.fresh_proof import is_proven
from idp.authenticators.services.renew_recovery_codes import renew_recovery_codes
from idp.core.api_ingress import form, parsed, single_valued
from idp.core.auth_context import AuthContext
from idp.core.browser import browser_key
from idp.core.errors import Conflict, IdpError, InvalidInput, RateLimited
from idp.core.http import SeeOther
from idp.login.models import SsoSession
from idp.login.person_pages import for_the_person
from idp.mfa.errors import EnrolmentExpired, FactorRefused, NoSuchFactor
from idp.mfa.totp.offer import offer_of
from idp.mfa.webauthn.attestation import AuthenticatorRefused
from idp.mfa.webauthn.schemas import read_members

Fields: TypeAlias = Mapping[str, str]


@for_the_person(back_to=PAGE)
def security(request: HttpRequest, session: SsoSession) -> HttpResponse:
    """The list, and what its buttons do. What is refused is said above the list; a proof too old on a page of its own."""
    if request.method != "POST":
        return _listed(request, session)
    try:
        fields = single_valued(request.POST)
        fields.pop("csrfmiddlewaretoken", None)
        return _ACTS.get(fields.pop("act", ""), _unknown)(request, session.context, fields)
    except (InvalidInput, NoSuchFactor, Conflict) as refused:
        return _listed(request, session, refused)


@for_the_person(back_to=PAGE)
def app(request: HttpRequest, session: SsoSession, *, factor_id: uuid.UUID) -> HttpResponse:
    """An app being added: its secret and the field for the first code; after that the recovery codes, if there were none."""
    if request.method != "POST":
        return _offered(request, session, factor_id)
    try:
        first = form(request, FirstCode)
        confirmed = confirm_app(actor=session.context, authenticator_id=factor_id, code=first.code)
    except EnrolmentExpired as refused:
        return _listed(request, session, refused)
    except (InvalidInput, FactorRefused, RateLimited) as refused:
        return _offered(request, session, factor_id, refused)
    return _codes(request, confirmed.recovery_codes) if confirmed.recovery_codes else SeeOther(f"{PAGE}?saved")


@for_the_person(back_to=PAGE)
def passkey(request: HttpRequest, session: SsoSession) -> HttpResponse:
    """A passkey being added: what the browser is asked; after its answer the recovery codes, if there were none."""
    if request.method != "POST":
        return _asked(request, session)
    try:
        answer = read_members(form(request, PasskeySent).credential)
        confirmed = add_passkey(actor=session.context, browser=browser_key(request), answer=answer)
    except (InvalidInput, FactorRefused, AuthenticatorRefused) as refused:
        return _asked(request, session, refused)
    except Conflict as refused:
        return _listed(request, session, refused)
    return _codes(request, confirmed.recovery_codes) if confirmed.recovery_codes else SeeOther(f"{PAGE}?saved")


# --- What the buttons of the list do ----------------------------------------------------------------------------------
def _add(_request: HttpRequest, actor: AuthContext, fields: Fields) -> HttpResponse:
    begun = begin_app(actor=actor, name=parsed(fields, FactorNamed).name)
    return SeeOther(reverse("authenticators:app", kwargs={"factor_id": begun.pk}))


def _rename(_request: HttpRequest, actor: AuthContext, fields: Fields) -> HttpResponse:
    meant = parsed(fields, FactorRenamed)
    rename_factor(actor=actor, kind=meant.kind, factor_id=meant.factor, name=meant.name)
    return SeeOther(f"{PAGE}?saved")


def _remove(_request: HttpRequest, actor: AuthContext, fields: Fields) -> HttpResponse:
    meant = parsed(fields, FactorMeant)
    remove_factor(actor=actor, kind=meant.kind, factor_id=meant.factor)
    return SeeOther(f"{PAGE}?saved")


def _renew_codes(request: HttpRequest, actor: AuthContext, _fields: Fields) -> HttpResponse:
    return _codes(request, renew_recovery_codes(actor=actor).recovery_codes)


def _disconnect(_request: HttpRequest, actor: AuthContext, fields: Fields) -> HttpResponse:
    disconnect_service(actor=actor, link_id=parsed(fields, ServiceMeant).link)
    return SeeOther(f"{PAGE}?saved")


def _unknown(_request: HttpRequest, _actor: AuthContext, _fields: Fields) -> HttpResponse:
    raise InvalidInput(detail="no such act")


_ACTS: Mapping[str, Callable[[HttpRequest, AuthContext, Fields], HttpResponse]] = {
    "add": _add,
    "rename": _rename,
    "remove": _remove,
    "renew-codes": _renew_codes,
    "disconnect": _disconnect,
}


# --- Pages ------------------------------------------------------------------------------------------------------------
def _listed(request: HttpRequest, session: SsoSession, refused: IdpError | None = None) -> HttpResponse:
    """The factors, with the forms to change them for whoever may."""
    user = session.user
    held = authenticators_of(user)
    context = {
        "page": _headed(_("How you sign in"), _("What proves that it is you, beside your password.")),
        "held": held,
        "services": links_of(user),
        "accepted": json.dumps(held.accepted),
        "is_removable": not held.required or len(held.authenticators) > 1,
        "may_change": is_proven(session.context),
        "sign_in_again_url": SIGN_IN_AGAIN,
        # Which form was refused: that of a factor, by its id, or the one that adds an app.
        "refused_factor": request.POST.get("factor", ""),
        "saved": "saved" in request.GET,
    }
    return _rendered(request, "account/security.html", context, refused)


def _offered(request: HttpRequest, session: SsoSession, factor_id: uuid.UUID, refused: IdpError | None = None) -> HttpResponse:
    """Raises `ProofTooOld`; what expired is said above the list."""
    try:
        pending = begun_app(actor=session.context, authenticator_id=factor_id)
    except EnrolmentExpired as expired:
        return _listed(request, session, expired)
    context = {
        "page": _headed(_("Add an authenticator app")),
        "offer": offer_of(pending, account=sign_in_name(session.user)),
        "back_url": PAGE,
    }
    return _rendered(request, "account/app.html", context, refused)


def _asked(request: HttpRequest, session: SsoSession, refused: IdpError | None = None) -> HttpResponse:
    """Raises `ProofTooOld`; as many as one may have is said above the list."""
    try:
        options, _until = begin_passkey(actor=session.context, browser=browser_key(request))
    except Conflict as full:
        return _listed(request, session, full)
    context = {"page": _headed(_("Add a passkey")), "passkey_options": json.dumps(options), "back_url": PAGE}
    return _rendered(request, "account/passkey.html", context, refused)


def _codes(request: HttpRequest, codes: tuple[str, ...]) -> HttpResponse:
    """The one answer to a POST that is a page, because the codes are kept nowhere in clear, not even for a redirect."""
    context = {"page": _headed(_("Keep your recovery codes")), "codes": codes, "back_url": PAGE}
    return _rendered(request, "account/recovery_codes.html", context)


def _headed(heading: str, intro: str = "") -> dict[str, str]:
    return {"title": heading, "heading": heading, "intro": intro}


def _rendered(
    request: HttpRequest, template: str, context: Mapping[str, object], refused: IdpError | None = None
) -> HttpResponse:
    """The page; a refusal as its alert, beside what each field says."""
    saved = {"kind": "success", "text": _("Your change is saved.")} if context.get("saved") else None
    shown = {
        "client_name": "",
        "alert": saved if refused is None else {"kind": "error", "text": refused.message},
        "errors": {} if refused is None else dict(refused.fields),
    }
    response = render(request, template, {**context, **shown}, status=200 if refused is None else refused.status)
    if refused is not None and refused.retry_after is not None:
        response["Retry-After"] = str(refused.retry_after)
    return response
