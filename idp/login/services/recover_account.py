"""The way from a forgotten password through the sign-in: ask, prove by code, and go on where it was interrupted."""

import hmac

from pydantic import SecretStr

from idp.login.requirement import LoginRequirement
from idp.login.services.begin_login import new_login_uid
from idp.login.services.count_attempt import count_recovery_guess, forget_attempts, recovery_counter
from idp.login.state import Facts, LoginState, finished, logins
from idp.recovery.schemas import Place
from idp.recovery.services.ask import ask
from idp.recovery.services.prove_by_code import prove_by_code
from idp.recovery.services.recover import Pending

# Where somebody stands afterwards who opened the link on another device: nothing was interrupted there.
_ELSEWHERE = "/account"


def place_of(state: LoginState) -> Place:
    """The sign-in, as the message for the worker and the key remember it."""
    wish = state.requirement
    return Place(uid=wish.uid, browser=state.browser, return_to=wish.return_to, client_name=wish.client_name)


def ask_for_recovery(*, state: LoginState, identifier: str) -> None:
    """A message to whoever has this address, if anybody does. Raises `AskedTooSoon`."""
    counter = recovery_counter(identifier=identifier, browser=state.browser)
    ask(identifier=identifier, place=place_of(state), counter=counter)


def take_code(*, state: LoginState, code: SecretStr) -> str:
    """The recovery key. Raises `TooManyAttempts`, `CodeRefused`."""
    identifier = state.facts.identifier
    attempt = count_recovery_guess(identifier=identifier, browser=state.browser)
    key = prove_by_code(identifier=identifier, code=code, place=place_of(state))
    forget_attempts(attempt=attempt)
    return key


def resume_recovery(*, key: str, pending: Pending, browser: str) -> LoginState:
    """The sign-in that goes on with the key in it, stored: the one that was interrupted, in the browser where it was."""
    place = pending.place
    is_here = hmac.compare_digest(place.browser, browser)
    state = logins.get(place.uid) if is_here else None
    if state is None or state.browser != browser:
        state = LoginState(requirement=_anew(place) if is_here else _elsewhere(), browser=browser)
    state = state.with_facts(Facts(identifier=pending.name, recovery_key=key))
    finished.discard(state.requirement.uid)
    logins.put(state.requirement.uid, state)
    return state


def _anew(place: Place) -> LoginRequirement:
    """The same wish under the same name; whoever asked for more looks at the session again."""
    return LoginRequirement(uid=place.uid, return_to=place.return_to, client_name=place.client_name, fresh=True)


def _elsewhere() -> LoginRequirement:
    return LoginRequirement(uid=new_login_uid(), return_to=_ELSEWHERE, fresh=True)
