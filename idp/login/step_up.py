"""Step-up: a sign-in that asks for more begins with what the session of this browser already proved (RFC 9470 §5). Pure.

Only where the level is all that is missing (`LoginRequirement.step_up`); a new proof, another person, or a sign-in that is too
old asks for everything. It ends in the same session or not at all (`services/establish_session.py`).
"""

import datetime as dt
import uuid

from idp.accounts.selectors import sign_in_name
from idp.core.clock import seconds
from idp.core.specs import implements
from idp.login.models import SsoSession
from idp.login.requirement import LoginRequirement
from idp.login.state import Carried, Facts, LoginState
from idp.login.strength import FRESH_SECONDS
from idp.login.types import Proof

_METHODS = frozenset(str(proof) for proof in Proof)


@implements("RFC 9470", "5")
def first_facts(*, requirement: LoginRequirement, session: SsoSession | None, at: dt.datetime) -> Facts:
    """What a sign-in begins with; `session` is the live one of this browser, with its user. Nothing unless it steps up."""
    if session is None or not requirement.step_up:
        return Facts()
    carried = _carried(session, requirement.max_age, at)
    if at >= carried.until:
        return Facts()
    return Facts(
        identifier=sign_in_name(session.user),
        user_id=session.user_id,
        proofs=tuple(Proof(method) for method in session.amr if method in _METHODS),
        # What was removed or changed since is found out by the table, as in every sign-in.
        factors=tuple(uuid.UUID(factor) for factor in session.factors),
        password_mark=session.password_mark,
        carried=carried,
    )


def still_carried(state: LoginState, session: SsoSession | None, at: dt.datetime) -> LoginState:
    """The sign-in as it counts now: proofs of a session that is gone, someone else's or too old take all others with them."""
    carried = state.facts.carried
    if carried is None:
        return state
    if not _stands(carried, session, at):
        return state.with_facts(Facts())
    # A sign-in may stay open for longer than a proof is recent.
    return state.with_facts(state.facts.learning(carried=carried.model_copy(update={"is_recent": _is_recent(carried.since, at)})))


def _stands(carried: Carried, session: SsoSession | None, at: dt.datetime) -> bool:
    if session is None or at >= carried.until:
        return False
    return (session.id, session.login_uid) == (carried.sid, carried.login_uid)


def _carried(session: SsoSession, max_age: int | None, at: dt.datetime) -> Carried:
    since = session.auth_time
    ends = [session.expires_at] if max_age is None else [session.expires_at, since + seconds(max_age)]
    return Carried(
        sid=session.id,
        login_uid=session.login_uid,
        since=since,
        until=min(ends),
        is_recent=_is_recent(since, at),
    )


def _is_recent(since: dt.datetime, at: dt.datetime) -> bool:
    return at - since <= seconds(FRESH_SECONDS)
