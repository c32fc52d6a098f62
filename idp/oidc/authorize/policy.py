"""What stands between a checked request and its code: a login, a choice, a consent, or nothing. Pure; read from top to bottom.

Under `prompt=none` the same reasons become the error codes beside them (OIDC Core §3.1.2.6).
"""

import enum
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from idp.core.auth_context import AuthContext
from idp.core.specs import implements
from idp.login.acr import ONE_FACTOR, meets
from idp.oidc.authorize.interaction import Interaction
from idp.oidc.authorize.redirect_uri import proves_the_app
from idp.oidc.authorize.remembered_consent import Allowed


class Need(enum.Enum):
    """The screen that is needed; its value is the error that says so under prompt=none."""

    LOGIN = "login_required"
    ACCOUNT = "account_selection_required"
    CONSENT = "consent_required"
    DECISION = "interaction_required"


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the decision depends on. `allowed` is what this person allowed this client before."""

    interaction: Interaction
    session: AuthContext | None
    allowed: Allowed
    first_party: bool
    native: bool
    now: datetime
    # The level below which nobody of this person's role is let in.
    role_acr: str = ONE_FACTOR
    # The person asked for the deletion of the account and has not taken it back.
    closing: bool = False

    @property
    def proved_here(self) -> bool:
        """Whether the sign-in was made for this very interaction: then it is new, whatever the clock's seconds say."""
        return self.session is not None and self.session.login_uid == self.interaction.uid


def _nobody(facts: Facts) -> bool:
    return facts.session is None


@implements("OIDC Initiating User Registration", "4")
def _login_asked(facts: Facts) -> bool:
    """A new account is a new sign-in too, whoever is signed in already (Initiating User Registration §4)."""
    return not {"login", "create"}.isdisjoint(facts.interaction.request.prompt) and not facts.proved_here


def _too_old(facts: Facts) -> bool:
    longest = facts.interaction.request.max_age
    if longest is None or facts.session is None or facts.proved_here:
        return False
    return (facts.now - facts.session.auth_time).total_seconds() > longest or longest == 0


def _somebody_else(facts: Facts) -> bool:
    expected = facts.interaction.request.expected_subjects
    return bool(expected) and facts.session is not None and str(facts.session.user_id) not in expected


def signed_in_as_another(facts: Facts) -> bool:
    """Whether the sign-in made for this very request brought somebody else than the client names."""
    return facts.proved_here and _somebody_else(facts)


@implements("OIDC Core", "5.5.1.1")
@implements("RFC 9470", "5")
def _level_too_low(facts: Facts) -> bool:
    """Of several levels one is enough; what the person's role asks for is asked whatever the client wants.

    A wish (`acr_values`) that a sign-in can reach is gone for like an essential one: whoever is sent back because a service wants
    a stronger sign-in (RFC 9470) would otherwise return with what they had, again and again.
    """
    if facts.session is None:
        return False
    wanted, reached = facts.interaction.request.wanted_acrs, facts.session.acr
    met = not wanted or any(meets(reached=reached, required=acr) for acr in wanted)
    return not (met and meets(reached=reached, required=facts.role_acr))


def _is_closing(facts: Facts) -> bool:
    """Signing in is how they may keep the account; what they asked to be deleted goes to no application meanwhile."""
    return facts.closing


def _account_not_chosen(facts: Facts) -> bool:
    """Whoever has just signed in for this request has chosen by that."""
    if "select_account" not in facts.interaction.request.prompt or facts.session is None or facts.proved_here:
        return False
    return facts.interaction.answers.chosen_sid != str(facts.session.sid)


def _consent_missing(facts: Facts) -> bool:
    """Consent of this request counts only in the session that gave it: a change of user asks again."""
    request = facts.interaction.request
    if facts.session is not None and facts.interaction.answers.consented_sid == str(facts.session.sid):
        # Given a moment ago; it may have been withdrawn since.
        return not facts.allowed.covers(request)
    if "consent" in request.prompt:
        return True
    if _anyone_could_receive(facts):
        return True
    if facts.first_party:
        return False
    return not facts.allowed.covers(request)


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
    (_level_too_low, Need.LOGIN),
    (_is_closing, Need.DECISION),
    (_account_not_chosen, Need.ACCOUNT),
    (_consent_missing, Need.CONSENT),
)


@implements("OIDC Core", "3.1.2.3")
def next_need(facts: Facts) -> Need | None:
    """The screen that is missing, or None when the code may be issued."""
    return next((need for holds, need in _REASONS if holds(facts)), None)


@implements("RFC 9470", "5")
def is_step_up(facts: Facts) -> bool:
    """Whether the level is all that is wrong with the session, so that what it proved need not be shown again.

    Whoever is to choose an account signs in as the one they choose.
    """
    reason = next((holds for holds, _need in _REASONS if holds(facts)), None)
    return reason is _level_too_low and "select_account" not in facts.interaction.request.prompt
