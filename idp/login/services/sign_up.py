"""Somebody new: a message to the address, and its code back. The account comes after that (`open_account.py`).

An address that has an account gets the same page and the same work, and a message that says so in place of a code: whoever
does not read that mailbox learns nothing (OWASP ASVS 5.0 V6.3.8). An address that nobody has proven is nobody's: whoever proves
it gets the account that was prepared on it, with nothing of what was prepared, or the address for an account of their own.
"""

from django.utils.translation import get_language
from pydantic import SecretStr

from idp.accounts.identifiers import Identifier, parse_identifier
from idp.accounts.models import User
from idp.accounts.selectors import find_user, is_proven
from idp.core.specs import implements
from idp.login.services.count_attempt import count_address_guess, forget_attempts
from idp.login.state import LoginState
from idp.mfa.one_time_code.services.check_code import check_code
from idp.mfa.one_time_code.services.send_code import send_code, send_instead, was_just_sent
from idp.mfa.one_time_code.types import Asked, proof_of


@implements("OWASP ASVS 5.0", "6.3.8")
def send_address_code(*, state: LoginState, identifier: str) -> None:
    """A code to an address without an account; else a message that holds none. Raises `CodeTooSoon`.

    Whoever went back and gives the same address once more, in the same sign-in, has their message already.
    """
    asked = _asked(state, identifier)
    if state.facts.newcomer is None and was_just_sent(asked):
        return
    user = find_user(asked.to)
    # Each in the language of whoever reads it.
    if user is None or _is_free(user, asked.to):
        send_code(asked=asked, language=get_language() or "")
    else:
        send_instead(asked=asked, template="account_exists", language=user.locale)


def prove_new_address(*, state: LoginState, code: SecretStr) -> None:
    """The code is right, and spent. Raises `TooManyAttempts`, `CodeRefused`."""
    asked = _asked(state, state.facts.identifier)
    attempt = count_address_guess(identifier=asked.to.value, browser=state.browser)
    # Not inside a transaction: a refusal must leave its try counted.
    check_code(asked=asked, code=code.get_secret_value())
    forget_attempts(attempt=attempt)


def _is_free(user: User, address: Identifier) -> bool:
    """Nobody has proven it. That of a disabled account is not: whoever was shut out does not come back by signing up."""
    return user.is_active and not is_proven(user, address)


def _asked(state: LoginState, identifier: str) -> Asked:
    """The code counts in this sign-in of this browser, for this address."""
    to = parse_identifier(identifier)
    return Asked(purpose=proof_of(to), to=to, visit=f"{state.requirement.uid}.{state.browser}")
