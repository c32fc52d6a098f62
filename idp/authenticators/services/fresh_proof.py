"""The one rule of this package: whoever sees a secret or changes a factor has just shown the strongest factors they have.

A session that was left open, stolen, or begun before there was a second factor may look, and nothing more: with a password alone
nobody takes a factor away (OWASP ASVS 5.0 V7.5.1).
"""

import datetime as dt

from idp.accounts.models import User
from idp.accounts.selectors import hold_active_user
from idp.authenticators.errors import ProofTooOld, SessionOver
from idp.core import clock
from idp.core.auth_context import AuthContext
from idp.core.specs import implements
from idp.login.acr import meets
from idp.login.selectors import hold_unended_session
from idp.login.strength import FRESH_SECONDS, strongest_of
from idp.mfa.standing import standing_of


@implements("OWASP ASVS 5.0", "7.5.1")
def is_proven(actor: AuthContext) -> bool:
    """Whether this sign-in is at most ten minutes old and as strong as this person can be asked for."""
    is_recent = clock.now() - actor.auth_time <= clock.seconds(FRESH_SECONDS)
    return is_recent and meets(reached=actor.acr, required=strongest_of(standing_of(actor.user_id)))


def proven_until(actor: AuthContext) -> dt.datetime | None:
    """Until when changes are taken; None from a sign-in that is too old or too weak."""
    return actor.auth_time + clock.seconds(FRESH_SECONDS) if is_proven(actor) else None


def require_proof(actor: AuthContext) -> None:
    """Raises `ProofTooOld`."""
    if not is_proven(actor):
        raise ProofTooOld(detail=f"acr {actor.acr}, signed in {actor.auth_time:%H:%M:%S}")


def hold_proven(actor: AuthContext) -> User:
    """The person, proven; nobody else changes their factors or ends this session until the caller's transaction is over.

    Of two sessions that change factors at once the second finds itself ended by the first. Raises `SessionOver`, `ProofTooOld`.
    """
    # The person first, the session second: the order in which a sign-in locks them.
    user = hold_active_user(actor.user_id)
    if user is None or not hold_unended_session(sid=actor.sid):
        raise SessionOver(detail="the account was disabled or the session ended meanwhile")
    require_proof(actor)
    return user
