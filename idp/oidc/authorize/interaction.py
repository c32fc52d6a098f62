"""A pending authorization request: kept in the cache, bound to the browser that first opens it, taken exactly once.

Losing it costs the person a restart from the application; nothing is granted by it alone.
"""

import secrets
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from idp.core import clock
from idp.core.ephemeral import Ephemeral, get_together
from idp.core.errors import Expired, Forbidden
from idp.core.specs import implements
from idp.core.types import Schema
from idp.oidc.authorize.request import AuthorizationRequest
from idp.oidc.authorize.way_back import named_after, way_back

_LIFETIME_SECONDS = 1800


class Answers(Schema):
    """What the person answered to this very request, each in the session (`sid`) it was answered in, or "".

    `seen_sid` is the session a screen was last shown to: what was shown to somebody who has left is not to be answered any more.
    """

    consented_sid: str = ""
    chosen_sid: str = ""
    seen_sid: str = ""


class Interaction(Schema):
    """The checked request, stored once and never again, so that what was taken cannot come back; its answers lie apart."""

    uid: str
    request: AuthorizationRequest
    started_at: datetime
    answers: Answers = Answers()


class BrowserBinding(Schema):
    """Which browser an interaction belongs to."""

    browser: str


# A binding is made after its interaction and so ends after it.
_INTERACTIONS = Ephemeral(kind="interaction", model=Interaction, lifetime=_LIFETIME_SECONDS)
_BINDINGS = Ephemeral(kind="interaction-browser", model=BrowserBinding, lifetime=_LIFETIME_SECONDS)
_ANSWERS = Ephemeral(kind="interaction-answers", model=Answers, lifetime=_LIFETIME_SECONDS)


def start(request: AuthorizationRequest) -> Interaction:
    """Keep a checked request under a new unguessable id (256 bits). Raises `Unavailable`."""
    interaction = unkept(request)
    _INTERACTIONS.put(interaction.uid, interaction)
    return interaction


def unkept(request: AuthorizationRequest) -> Interaction:
    """The same before it is kept: nobody can come back to it."""
    return Interaction(uid=named_after(request.client_id, secrets.token_urlsafe(32)), request=request, started_at=clock.now())


@implements("RFC 9700", "4.7")
def opened(uid: str, *, browser: str) -> Interaction:
    """The interaction, if this browser is the one that opened it first. Raises `Expired`, `Forbidden` or `Unavailable`."""
    interaction, bound, given = get_together(uid, _INTERACTIONS, _BINDINGS, _ANSWERS)
    if interaction is None:
        raise Expired(
            _("This sign-in has expired or was already finished. Please go back to the application and sign in again."),
            code="interaction_expired",
            action=way_back(uid),
        )
    # Compare-and-set: the first browser wins, every other one is refused from then on.
    if bound is None:
        own = BrowserBinding(browser=browser)
        bound = own if _BINDINGS.add(uid, own) else _BINDINGS.get(uid)
    if bound is None or bound.browser != browser:
        raise Forbidden(
            _("This sign-in was started in another browser. Please go back to the application and start again here."),
            code="wrong_browser",
            action=way_back(uid),
        )
    return interaction.model_copy(update={"answers": given}) if given else interaction


def remember(interaction: Interaction, **answered: str) -> None:
    """Note what was answered beside what was answered before; the names are those of `Answers`. Raises `Unavailable`."""
    _ANSWERS.put(interaction.uid, interaction.answers.model_copy(update=answered))


def finish(interaction: Interaction) -> None:
    """Take it: of two parallel finishes one goes on, the other raises `Expired`."""
    # Stored once, so what is removed is what was opened.
    if not _INTERACTIONS.discard(interaction.uid):
        raise Expired(
            _("This sign-in was already finished. Please go back to the application."),
            code="interaction_expired",
            action=way_back(interaction.uid),
        )
