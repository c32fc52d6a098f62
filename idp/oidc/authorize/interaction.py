"""A pending authorization request: kept in the cache, bound to the browser that first opens it, taken exactly once.

Losing it costs the person a restart from the application; nothing is granted by it alone.
"""

import secrets
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from idp.core import clock
from idp.core.ephemeral import Ephemeral
from idp.core.errors import Expired, Forbidden
from idp.core.specs import implements
from idp.core.types import Schema
from idp.oidc.authorize.request import AuthorizationRequest

_LIFETIME_SECONDS = 1800


class Interaction(Schema):
    """The checked request, stored once and never again, so that what was taken cannot come back.

    `consented_sid` is the session in which consent was given for this very request, or ""; it lies in a record of its own.
    """

    uid: str
    request: AuthorizationRequest
    started_at: datetime
    consented_sid: str = ""


class BrowserBinding(Schema):
    """Which browser an interaction belongs to."""

    browser: str


class GivenConsent(Schema):
    """In which session the person allowed this very request."""

    sid: str


# A binding is made after its interaction and so ends after it.
_INTERACTIONS = Ephemeral(kind="interaction", model=Interaction, lifetime=_LIFETIME_SECONDS)
_BINDINGS = Ephemeral(kind="interaction-browser", model=BrowserBinding, lifetime=_LIFETIME_SECONDS)
_CONSENTS = Ephemeral(kind="interaction-consent", model=GivenConsent, lifetime=_LIFETIME_SECONDS)


def start(request: AuthorizationRequest) -> Interaction:
    """Keep a checked request under a new unguessable id (256 bits). Raises `Unavailable`."""
    interaction = Interaction(uid=secrets.token_urlsafe(32), request=request, started_at=clock.now())
    _INTERACTIONS.put(interaction.uid, interaction)
    return interaction


@implements("RFC 9700", "4.7")
def opened(uid: str, *, browser: str) -> Interaction:
    """The interaction, if this browser is the one that opened it first. Raises `Expired`, `Forbidden` or `Unavailable`."""
    interaction = _INTERACTIONS.get(uid)
    if interaction is None:
        raise Expired(
            _("This sign-in has expired or was already finished. Please go back to the application and sign in again."),
            code="interaction_expired",
        )
    # Compare-and-set: the first browser wins, every other one is refused from then on.
    if not _BINDINGS.add(uid, BrowserBinding(browser=browser)):
        bound = _BINDINGS.get(uid)
        if bound is None or bound.browser != browser:
            raise Forbidden(
                _("This sign-in was started in another browser. Please go back to the application and start again here."),
                code="wrong_browser",
            )
    given = _CONSENTS.get(uid)
    return interaction.model_copy(update={"consented_sid": given.sid}) if given else interaction


def remember_consent(interaction: Interaction, *, sid: str) -> None:
    """Note that the person allowed this very request in this session. Raises `Unavailable`."""
    _CONSENTS.put(interaction.uid, GivenConsent(sid=sid))


def finish(interaction: Interaction) -> None:
    """Take it: of two parallel finishes one goes on, the other raises `Expired`."""
    if _INTERACTIONS.take(interaction.uid) is None:
        raise Expired(_("This sign-in was already finished. Please go back to the application."), code="interaction_expired")
