"""Begin a sign-in: the door through which every caller comes."""

import secrets
import uuid

from idp.core.clock import now
from idp.login.addresses import step_path
from idp.login.models import SsoSession
from idp.login.orchestrator import next_step
from idp.login.requirement import LoginRequirement
from idp.login.state import LoginState, finished, logins, open_login
from idp.login.step_up import first_facts

_UID_BYTES = 24


def new_login_uid() -> str:
    """A fresh name for a sign-in nobody else named: 192 random bits."""
    return secrets.token_urlsafe(_UID_BYTES)


def begin_login(*, requirement: LoginRequirement, browser: str, session: SsoSession | None = None) -> str:
    """Store the wish for this browser and return the local path to send it to. `session` is its live one, for a step-up.

    Beginning again with the same uid in the same browser (a reloaded page) keeps what was proved so far, as long as the
    requirement is the same. Raises `WrongBrowser` when another browser holds the uid, `Unavailable` without a cache.
    """
    facts = first_facts(requirement=requirement, session=session, at=now())
    state = LoginState(requirement=requirement, browser=browser, facts=facts)
    if logins.add(requirement.uid, state):
        # The same wish once more, after the session it made is gone: this sign-in is not finished.
        finished.discard(requirement.uid)
    else:
        state = _resumed(state)
    return step_path(requirement.uid, next_step(state.requirement, state.facts, state.standing))


def _resumed(wished: LoginState) -> LoginState:
    """The sign-in that has this uid already, if it is this one; another wish under the same uid starts over."""
    uid = wished.requirement.uid
    known = open_login(uid=uid, browser=wished.browser)
    # What an older sign-in in the session proved counts no more; whoever said "Not you?" carries nothing.
    is_outdated = known.facts.carried is not None and _proved_in(known) != _proved_in(wished)
    if known.requirement == wished.requirement and not is_outdated:
        return known
    logins.put(uid, wished)
    return wished


def _proved_in(state: LoginState) -> tuple[uuid.UUID, str] | None:
    """The session whose proofs it begins with, and the sign-in that made them."""
    carried = state.facts.carried
    return None if carried is None else (carried.sid, carried.login_uid)
