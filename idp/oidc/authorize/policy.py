"""What stands between a checked request and its code: a login, a consent, or nothing. Pure; read from top to bottom.

Under `prompt=none` the same reasons become the error codes beside them (OIDC Core §3.1.2.6).
"""

import enum
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from idp.core.auth_context import AuthContext
from idp.core.specs import implements
from idp.oidc.authorize.interaction import Interaction
from idp.oidc.authorize.redirect_uri import proves_the_app


class Need(enum.Enum):
    """The screen that is needed; its value is the error that says so under prompt=none."""

    LOGIN = "login_required"
    CONSENT = "consent_required"


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the decision depends on. `consented` holds the scopes this person allowed this client before."""

    interaction: Interaction
    session: AuthContext | None
    consented: frozenset[str]
    first_party: bool
    native: bool
    now: datetime

    @property
    def proved_here(self) -> bool:
        """Whether the sign-in was made for this very interaction: then it is new, whatever the clock's seconds say."""
        return self.session is not None and self.session.login_uid == self.interaction.uid


def _nobody(facts: Facts) -> bool:
    return facts.session is None


def _login_asked(facts: Facts) -> bool:
    return "login" in facts.interaction.request.prompt and not facts.proved_here


def _too_old(facts: Facts) -> bool:
    longest = facts.interaction.request.max_age
    if longest is None or facts.session is None or facts.proved_here:
        return False
    return (facts.now - facts.session.auth_time).total_seconds() > longest or longest == 0


def _somebody_else(facts: Facts) -> bool:
    hinted = facts.interaction.request.hinted_subject
    return bool(hinted) and facts.session is not None and str(facts.session.user_id) != hinted


def signed_in_as_another(facts: Facts) -> bool:
    """Whether the sign-in made for this very request brought somebody else than the hint names."""
    return facts.proved_here and _somebody_else(facts)


def _consent_missing(facts: Facts) -> bool:
    """Consent of this request counts only in the session that gave it: a change of user asks again."""
    request = facts.interaction.request
    if facts.session is not None and facts.interaction.consented_sid == str(facts.session.sid):
        return False
    if "consent" in request.prompt:
        return True
    if _anyone_could_receive(facts):
        return True
    if facts.first_party:
        return False
    return not set(request.scopes) <= facts.consented


@implements("RFC 8252", "8.6")
def _anyone_could_receive(facts: Facts) -> bool:
    """A native app's private-use scheme or loopback address may belong to another app: always ask, remembered or not."""
    return facts.native and not proves_the_app(facts.interaction.request.redirect_uri)


# Reason by reason, in order: the first that holds decides.
_REASONS: tuple[tuple[Callable[[Facts], bool], Need], ...] = (
    (_nobody, Need.LOGIN),
    (_login_asked, Need.LOGIN),
    (_too_old, Need.LOGIN),
    (_somebody_else, Need.LOGIN),
    (_consent_missing, Need.CONSENT),
)


@implements("OIDC Core", "3.1.2.3")
def next_need(facts: Facts) -> Need | None:
    """The screen that is missing, or None when the code may be issued."""
    return next((need for holds, need in _REASONS if holds(facts)), None)
