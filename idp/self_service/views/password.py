"""`/account/password`: a new password, for whoever has just proven who they are."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from idp.accounts.errors import NotHashed
from idp.accounts.selectors import sign_in_name
from idp.authenticators.services.fresh_proof import is_proven
from idp.core.api_ingress import form
from idp.core.browser import browser_key
from idp.core.errors import IdpError, InvalidInput, RateLimited
from idp.login.models import SsoSession
from idp.login.person_pages import for_the_person
from idp.self_service.page import rendered, saved, sign_in_again
from idp.self_service.schemas import PasswordChange
from idp.self_service.services.replace_password import replace_password


@for_the_person()
def password(request: HttpRequest, session: SsoSession) -> HttpResponse:
    """The form, or the way to a fresh proof. Raises `ProofTooOld`, `SessionOver`."""
    if request.method != "POST":
        return _shown(request, session)
    try:
        replace_password(actor=session.context, change=form(request, PasswordChange), browser=browser_key(request))
    except (InvalidInput, RateLimited, NotHashed) as refused:
        return _shown(request, session, refused)
    return saved(request)


def _shown(request: HttpRequest, session: SsoSession, refused: IdpError | None = None) -> HttpResponse:
    user = session.user
    return rendered(
        request,
        "account/password.html",
        heading=_("Change your password"),
        intro=_("Every other device is signed out when you change it."),
        context={
            "account": sign_in_name(user),
            "has_password": user.has_usable_password(),
            "may_change": is_proven(session.context),
            "sign_in_again_url": sign_in_again(request),
        },
        refused=refused,
        done=_("Your password is changed. Every other device was signed out."),
    )
