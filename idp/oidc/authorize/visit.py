"""One visit of a browser to its interaction: the request, the client and the person as they are now, and what is still missing.

The router and every screen begin with it, so that none of them can forget whose request it is or decide on older facts.
"""

import uuid
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from idp.core import clock
from idp.core.auth_context import AuthContext
from idp.core.browser import browser_key
from idp.core.errors import DisplayedError, Expired
from idp.core.language import speak
from idp.core.specs import implements
from idp.login.acr import ONE_FACTOR, acr_of_role, weakest
from idp.login.current import current_session
from idp.login.models import SsoSession
from idp.login.requirement import LoginRequirement
from idp.login.selectors import was_ended
from idp.login.services.begin_login import begin_login
from idp.oidc.authorize import interaction as interactions
from idp.oidc.authorize import policy
from idp.oidc.authorize.interaction import Interaction
from idp.oidc.authorize.redirect_uri import is_registered
from idp.oidc.authorize.remembered_consent import Allowed, allowed_before
from idp.oidc.authorize.way_back import way_back
from idp.oidc.models import Client
from idp.oidc.provider.clients import find_enabled_client


@dataclass(frozen=True, slots=True)
class Visit:
    """What was loaded for this request, once."""

    pending: Interaction
    client: Client
    session: AuthContext | None
    # The row behind `session`.
    live: SsoSession | None
    facts: policy.Facts
    browser: str

    @property
    def need(self) -> policy.Need | None:
        """The screen that is missing, or None."""
        return policy.next_need(self.facts)

    @property
    def router(self) -> str:
        """The local path every screen returns to."""
        return reverse("oidc:interaction", args=[self.pending.uid])


def visited(request: HttpRequest, uid: str) -> Visit:
    """The visit of this browser. Raises `Expired`, `Forbidden` or `DisplayedError`."""
    browser = browser_key(request)
    pending = interactions.opened(uid, browser=browser)
    speak(pending.request.language)
    client = _client_of(pending)
    # The person, and what the decision rests on.
    live = current_session(request)
    session = live.context if live is not None else None
    facts = facts_of(pending, client, live=live, allowed=_allowed(pending, client, session))
    _require_same_person(pending, facts)
    return Visit(pending=pending, client=client, session=session, live=live, facts=facts, browser=browser)


def facts_of(pending: Interaction, client: Client, *, live: SsoSession | None, allowed: Allowed) -> policy.Facts:
    """What the policy decides on, as it is now."""
    return policy.Facts(
        interaction=pending,
        session=live.context if live is not None else None,
        allowed=allowed,
        first_party=client.first_party,
        native=client.application_type == "native",
        now=clock.now(),
        role_acr=acr_of_role(live.user.role) if live else ONE_FACTOR,
        closing=live is not None and live.user.erasure_due_at is not None,
    )


def _allowed(pending: Interaction, client: Client, session: AuthContext | None) -> Allowed:
    """What was allowed before, read only when it may matter: not while nobody is signed in, and of an application of our own
    only when the person was asked and has answered in this session (`policy`).
    """
    if session is None or (client.first_party and pending.answers.consented_sid != str(session.sid)):
        return Allowed()
    return allowed_before(user_id=session.user_id, client=client)


def _client_of(pending: Interaction) -> Client:
    """The client as it is now; switched off meanwhile, or its address withdrawn, it is unknown. Raises `DisplayedError`."""
    client = find_enabled_client(pending.request.client_id)
    native = client is not None and client.application_type == "native"
    registered = client.redirect_uris.split() if client is not None else []
    if client is None or not is_registered(pending.request.redirect_uri, registered, native=native):
        raise DisplayedError("unknown_client", _("The application that sent you here is no longer available."))
    return client


_LEFT = gettext_lazy(
    "You signed out, or signed in as somebody else, after this was started. Please go back to the application and sign in again."
)


@implements("OWASP ASVS 5.0", "7.4.1")
def _require_same_person(pending: Interaction, facts: policy.Facts) -> None:
    """A request that was shown to somebody who has left dies with their session. Raises `Expired`.

    A session that ran out of time is no departure: its owner signs in again. Nor is a change of person that this very request
    asked for.
    """
    seen = pending.answers.seen_sid
    present = str(facts.session.sid) if facts.session is not None else ""
    if not seen or seen == present or facts.proved_here or not was_ended(sid=uuid.UUID(seen)):
        return
    interactions.finish(pending)
    raise Expired(_LEFT, code="interaction_expired", action=way_back(pending.uid))


def note_who_sees_it(visit: Visit) -> None:
    """Before a screen is shown: what it asks is answered in this session or not at all."""
    if visit.session is not None and visit.pending.answers.seen_sid != str(visit.session.sid):
        interactions.remember(visit.pending, seen_sid=str(visit.session.sid))


def begin_login_for(visit: Visit, *, login_hint: str = "") -> str:
    """The local path of the sign-in that this request needs, in words of login, which is blind to OAuth."""
    request, step_up = visit.pending.request, policy.is_step_up(visit.facts)
    requirement = LoginRequirement(
        uid=visit.pending.uid,
        return_to=visit.router,
        # A session that the policy did not accept must not be taken for the new login it asked for.
        fresh=visit.session is not None and not step_up,
        anew="login" in request.prompt or request.max_age is not None,
        step_up=step_up,
        max_age=request.max_age,
        # Once an account was made for this request, nobody is asked for another.
        create="create" in request.prompt and not visit.facts.proved_here,
        login_hint=login_hint,
        client_name=visit.client.name,
        language=request.language,
        # Of several levels any will do, so nobody is asked for more than the weakest.
        acr=weakest(request.wanted_acrs) or ONE_FACTOR,
    )
    return begin_login(requirement=requirement, browser=visit.browser, session=visit.live)
