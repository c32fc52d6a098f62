"""`/interaction/<uid>`: the only router of a sign-in. It asks the policy what is missing and sends the browser there.

Login, choice of account and consent never call each other: each comes back here, and the next screen is derived anew.
"""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from idp.accounts.errors import AccountClosing
from idp.core.csp import may_end_at_client
from idp.core.errors import Action, Expired, RedirectedError
from idp.core.http import SeeOther
from idp.core.specs import implements
from idp.oidc.authorize import interaction as interactions
from idp.oidc.authorize import policy, respond
from idp.oidc.authorize.issue_code import issue_code, take_back
from idp.oidc.authorize.remembered_consent import Allowed, hold_allowed
from idp.oidc.authorize.visit import Visit, begin_login_for, note_who_sees_it, visited

_SCREENS = {policy.Need.CONSENT: "oidc:consent", policy.Need.ACCOUNT: "oidc:select_account"}
_SOMEBODY_ELSE = "Somebody else signed in than the application expected."
_SENTENCES = {
    policy.Need.LOGIN: "The person has to sign in, and prompt=none forbids showing that.",
    policy.Need.ACCOUNT: "The person has to choose an account, and prompt=none forbids asking.",
    policy.Need.CONSENT: "The person has to consent, and prompt=none forbids asking.",
    policy.Need.DECISION: "The person has to decide on the account first, and prompt=none forbids asking.",
}


@may_end_at_client
@require_GET
@implements("OIDC Core", "3.1.2.3")
def dispatch(request: HttpRequest, uid: str) -> HttpResponse:
    """On to the screen that is missing, or to the client with code or error. Raises `Expired`, `Forbidden`, `AccountClosing`."""
    visit = visited(request, uid)
    pending, need = visit.pending, visit.need
    if need is None:
        code = _issued_code(visit)
        # What was allowed changed since it was read: everything is judged anew.
        return respond.with_code(pending.request, code) if code else SeeOther(visit.router)
    # Asked for one person and signed in as another: asking again would never end (OIDC Core §3.1.2.1 `id_token_hint`).
    if policy.signed_in_as_another(visit.facts):
        interactions.finish(pending)
        return respond.with_error(pending.request, RedirectedError("login_required", _SOMEBODY_ELSE))
    # prompt=none: the screen that would be shown becomes the error that names it.
    if "none" in pending.request.prompt:
        interactions.finish(pending)
        return respond.with_error(pending.request, RedirectedError(need.value, _SENTENCES[need]))
    note_who_sees_it(visit)
    if need is policy.Need.DECISION:
        raise AccountClosing(action=Action(label=_("Open the privacy page"), url=reverse("privacy:privacy")))
    if need in _SCREENS:
        return SeeOther(reverse(_SCREENS[need], args=[uid]))
    return SeeOther(begin_login_for(visit, login_hint=pending.request.login_hint))


def _issued_code(visit: Visit) -> str:
    """The code, and the request taken so that it can never be answered twice; "" when consent changed. Raises `Expired`."""
    allowed = visit.facts.allowed
    # Where nothing was allowed, nothing rests on a consent, and one INSERT needs no transaction around it.
    if allowed == Allowed():
        return _code_for_the_taken(visit)
    with transaction.atomic():
        # Without a session something is always missing.
        assert visit.session is not None
        if hold_allowed(user_id=visit.session.user_id, client=visit.client) != allowed:
            return ""
        return _code_for_the_taken(visit)


def _code_for_the_taken(visit: Visit) -> str:
    """The code first: if it cannot be written the request is still there for another try. Raises `Expired`.

    Of two parallel visits the one that takes nothing leaves no code; should it die before that, nobody was told the code.
    """
    assert visit.session is not None
    code = issue_code(request=visit.pending.request, client=visit.client, context=visit.session)
    try:
        interactions.finish(visit.pending)
    except Expired:
        take_back(code)
        raise
    return code
