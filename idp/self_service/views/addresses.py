"""`/account/addresses`: the person's e-mail address and phone number, and the code that proves a new one."""

from collections.abc import Callable, Mapping

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from idp.authenticators.services.fresh_proof import is_proven
from idp.core.api_ingress import parsed, single_valued
from idp.core.auth_context import AuthContext
from idp.core.client_address import address_bucket
from idp.core.errors import Conflict, Expired, IdpError, InvalidInput, RateLimited
from idp.core.http import SeeOther
from idp.login.limits import sign_up_forms
from idp.login.models import SsoSession
from idp.login.person_pages import for_the_person
from idp.login.steps.code_form import CodeForm
from idp.mfa.errors import FactorRefused
from idp.self_service.page import rendered, saved, sign_in_again, told_to_browser
from idp.self_service.schemas import AddressChange
from idp.self_service.services.change_address import begin_change, confirm_change, drop_change, pending_address


@for_the_person()
def addresses(request: HttpRequest, session: SsoSession) -> HttpResponse:
    """Both addresses with a form each, or the field for the code. Raises `ProofTooOld`, `SessionOver`."""
    if request.method != "POST":
        return _shown(request, session)
    try:
        # Each of these forms may send a message to somebody.
        sign_up_forms.hit(address_bucket(request))
        fields = single_valued(request.POST)
        fields.pop("csrfmiddlewaretoken", None)
        return _ACTS.get(fields.pop("act", ""), _unknown)(request, session.context, fields)
    except (InvalidInput, FactorRefused, RateLimited, Expired, Conflict) as refused:
        return _shown(request, session, refused)


def _change(request: HttpRequest, actor: AuthContext, fields: Mapping[str, str]) -> HttpResponse:
    begin_change(actor=actor, change=parsed(fields, AddressChange))
    return SeeOther(request.path)


def _confirm(request: HttpRequest, actor: AuthContext, fields: Mapping[str, str]) -> HttpResponse:
    confirm_change(actor=actor, code=parsed(fields, CodeForm).code)
    return saved(request)


def _drop(request: HttpRequest, actor: AuthContext, _fields: Mapping[str, str]) -> HttpResponse:
    drop_change(actor=actor)
    return SeeOther(request.path)


def _unknown(_request: HttpRequest, _actor: AuthContext, _fields: Mapping[str, str]) -> HttpResponse:
    raise InvalidInput(detail="no such act")


_ACTS: Mapping[str, Callable[[HttpRequest, AuthContext, Mapping[str, str]], HttpResponse]] = {
    "change": _change,
    "confirm": _confirm,
    "drop": _drop,
}


def _shown(request: HttpRequest, session: SsoSession, refused: IdpError | None = None) -> HttpResponse:
    user = session.user
    errors = {} if refused is None else dict(refused.fields)
    kind = request.POST.get("kind", "")
    return rendered(
        request,
        "account/addresses.html",
        heading=_("Your addresses"),
        intro=_("You sign in with them, and we write to them when something about your account changes."),
        context={
            "email": user.email,
            "email_verified": user.email_verified,
            "phone_number": user.phone_number,
            "phone_number_verified": user.phone_number_verified,
            "pending": pending_address(actor=session.context),
            "may_change": is_proven(session.context),
            "sign_in_again_url": sign_in_again(request),
            # What was typed, and what is wrong with it, in the form it belongs to.
            "typed": {kind: request.POST.get("address", "")[:254]},
            "wrong": {kind: errors.get("address", ())},
            **told_to_browser(request, user),
        },
        refused=refused,
        done=_("Your new address is confirmed. We told the old one, too."),
    )
