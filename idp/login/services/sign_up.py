"""An account for somebody new: a message to the address first, the account only when its code comes back.

An address that has an account gets the same page and the same work, and a message that says so in place of a code: whoever
does not read that mailbox learns nothing (OWASP ASVS 5.0 V6.3.8). An address that nobody has proven is nobody's: whoever proves
it gets the account that was prepared on it, with nothing of what was prepared, or the address for an account of their own.
"""

from django.db import transaction
from django.utils.translation import get_language
from pydantic import SecretStr

from idp.accounts.errors import AccountExists
from idp.accounts.identifiers import Email, Identifier, parse_identifier
from idp.accounts.models import User
from idp.accounts.roles import Role
from idp.accounts.schemas import NewUser, Profile
from idp.accounts.selectors import find_user, hold_active_user, is_proven
from idp.accounts.services.claim_account import claim_account, introduce
from idp.accounts.services.create_user import create_user
from idp.accounts.services.replace_address import release_address
from idp.audit.services import record
from idp.audit.types import Event
from idp.core.specs import implements
from idp.login.errors import AddressTaken
from idp.login.services.count_attempt import count_address_guess, forget_attempts
from idp.login.state import LoginState, Newcomer
from idp.mfa.one_time_code.services.check_code import check_code
from idp.mfa.one_time_code.services.send_code import send_code, send_instead, was_just_sent
from idp.mfa.one_time_code.types import Asked, Purpose


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


def open_account(*, state: LoginState, newcomer: Newcomer, code: SecretStr) -> User:
    """The new account, its address proven. Raises `TooManyAttempts`, `CodeRefused`, `AddressTaken`."""
    asked = _asked(state, state.facts.identifier)
    attempt = count_address_guess(identifier=asked.to.value, browser=state.browser)
    # Outside the transaction: a refusal must leave its try counted.
    check_code(asked=asked, code=code.get_secret_value())
    forget_attempts(attempt=attempt)
    try:
        return _opened(newcomer, asked, browser=state.browser)
    except AccountExists as exc:
        # Made by a faster sign-up since. Whoever brought the code reads the mailbox, and may know.
        raise AddressTaken(detail="an account was made with this address meanwhile") from exc


@transaction.atomic
@implements("OIDC Core", "5.7")
def _opened(newcomer: Newcomer, asked: Asked, *, browser: str) -> User:
    """A new account, or the one that was prepared on the address and now finds its owner. Raises `AccountExists`."""
    found = find_user(asked.to)
    held = hold_active_user(found.pk) if found is not None else None
    if held is not None and not held.is_verified:
        claim_account(user=held, to=asked.to, via=asked.purpose, password=newcomer.password, browser=browser)
        introduce(user=held, role=Role(newcomer.role), profile=_profile(newcomer))
        return held
    if held is not None and not is_proven(held, asked.to):
        release_address(user=held, address=asked.to)
    address = {"email" if isinstance(asked.to, Email) else "phone_number": asked.to.value}
    new = NewUser.model_validate({**address, "verified": True, "role": Role(newcomer.role), "profile": _profile(newcomer)})
    user = create_user(new=new, prepared=newcomer.password)
    record(event=Event.CONTACT_VERIFIED, user_id=user.pk, browser=browser, detail={"via": asked.purpose})
    return user


def _is_free(user: User, address: Identifier) -> bool:
    """Nobody has proven it. That of a disabled account is not: whoever was shut out does not come back by signing up."""
    return user.is_active and not is_proven(user, address)


def _profile(newcomer: Newcomer) -> Profile:
    return Profile(given_name=newcomer.given_name, family_name=newcomer.family_name, locale=get_language() or "")


def _asked(state: LoginState, identifier: str) -> Asked:
    """The code counts in this sign-in of this browser, for this address."""
    to = parse_identifier(identifier)
    purpose = Purpose.VERIFY_EMAIL if isinstance(to, Email) else Purpose.VERIFY_PHONE
    return Asked(purpose=purpose, to=to, visit=f"{state.requirement.uid}.{state.browser}")
