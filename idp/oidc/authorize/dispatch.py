"""`/interaction/<uid>`: the only router of a sign-in. It asks the policy what is missing and sends the browser there.

Login and consent never call each other: each comes back here, and the next screen is derived anew from the facts.
"""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from idp.core import clock
from idp.core.auth_context import AuthContext
from idp.core.browser import browser_key
from idp.core.errors import DisplayedError, RedirectedError
from idp.core.http import SeeOther
from idp.core.specs import implements
from idp.login.current import current_session
from idp.login.requirement import LoginRequirement
from idp.login.services.begin_login import begin_login
from idp.oidc.authorize import interaction as interactions
from idp.oidc.authorize import policy, respond
from idp.oidc.authorize.consents import consented_scopes
from idp.oidc.authorize.interaction import Interaction
from idp.oidc.authorize.issue_code import issue_code
from idp.oidc.authorize.redirect_uri import is_registered
from idp.oidc.models import Client
from idp.oidc.provider.clients import find_enabled_client


@require_GET
@implements("OIDC Core", "3.1.2.3")
def dispatch(request: HttpRequest, uid: str) -> HttpResponse:
    """303 to the screen that is missing, or to the client with code or error. Raises `Expired` or `Forbidden`."""
    browser = browser_key(request)
    pending = interactions.opened(uid, browser=browser)
    client = client_of(pending)
    session = session_context(request)
    facts = facts_of(pending, client, session)
    need = policy.next_need(facts)

    if need is None and session is not None:
        return respond.with_code(pending.request, _issued_code(pending, client, session))
    # Asked for one person and signed in as another: asking again would never end (OIDC Core §3.1.2.1 `id_token_hint`).
    if policy.signed_in_as_another(facts):
        interactions.finish(pending)
        return respond.with_error(pending.request, RedirectedError("login_required", _SOMEBODY_ELSE))
    # prompt=none: the screen that would be shown becomes the error that names it.
    if need is not None and "none" in pending.request.prompt:
        interactions.finish(pending)
        return respond.with_error(pending.request, RedirectedError(need.value, _SENTENCES[need]))
    if need is policy.Need.CONSENT:
        return SeeOther(reverse("oidc:consent", args=[uid]))
    # A session that the policy did not accept must not be taken for the new login it asked for.
    requirement = _requirement(pending, client, fresh=session is not None)
    return SeeOther(begin_login(requirement=requirement, browser=browser))


def _issued_code(pending: Interaction, client: Client, session: AuthContext) -> str:
    """The code, and the request taken so that it can never be answered twice. Raises `Expired`.

    Both in one transaction, the code first: if it cannot be written the request is still there for another try, and of two
    parallel visits the one that takes nothing leaves no code.
    """
    with transaction.atomic():
        code = issue_code(request=pending.request, client=client, context=session)
        interactions.finish(pending)
    return code


_SOMEBODY_ELSE = "Somebody else signed in than the application expected."
_SENTENCES = {
    policy.Need.LOGIN: "The person has to sign in, and prompt=none forbids showing that.",
    policy.Need.CONSENT: "The person has to consent, and prompt=none forbids asking.",
}


def session_context(request: HttpRequest) -> AuthContext | None:
    """The sign-in of this browser, read from SQL for this request."""
    session = current_session(request)
    return session.context if session is not None else None


def facts_of(pending: Interaction, client: Client, session: AuthContext | None) -> policy.Facts:
    """What the policy decides on; consents are read only when somebody is signed in."""
    return policy.Facts(
        interaction=pending,
        session=session,
        consented=consented_scopes(user_id=session.user_id, client=client) if session else frozenset(),
        first_party=client.first_party,
        native=client.application_type == "native",
        now=clock.now(),
    )


def client_of(pending: Interaction) -> Client:
    """The client as it is now; switched off meanwhile, or its address withdrawn, it is unknown. Raises `DisplayedError`."""
    client = find_enabled_client(pending.request.client_id)
    native = client is not None and client.application_type == "native"
    registered = client.redirect_uris.split() if client is not None else []
    if client is None or not is_registered(pending.request.redirect_uri, registered, native=native):
        raise DisplayedError("unknown_client", _("The application that sent you here is no longer available."))
    return client


def _requirement(pending: Interaction, client: Client, *, fresh: bool) -> LoginRequirement:
    """What login needs to know, in its own words: it is blind to OAuth."""
    return LoginRequirement(
        uid=pending.uid,
        return_to=reverse("oidc:interaction", args=[pending.uid]),
        fresh=fresh,
        login_hint=pending.request.login_hint,
        client_name=client.name,
    )
