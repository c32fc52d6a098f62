"""An account for somebody new: a message to the address first, the account only when its code comes back.

An address that has an account gets the same page and the same work, and a message that says so in place of a code: whoever
does not read that mailbox learns nothing (OWASP ASVS 5.0 V6.3.8).
"""

from django.db import transaction
from django.utils.translation import get_language
from pydantic import SecretStr

from idp.accounts.errors import AccountExists
from idp.accounts.identifiers import Email, parse_identifier
from idp.accounts.models import User
from idp.accounts.roles import Role
from idp.accounts.schemas import NewUser, Profile
from idp.accounts.selectors import find_user
from idp.accounts.services.create_user import create_user
from idp.audit.services import record
from idp.audit.types import Event
from idp.core.specs import implements
from idp.login.errors import AddressTaken
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
    if user is None:
        send_code(asked=asked, language=get_language() or "")
    else:
        send_instead(asked=asked, template="account_exists", language=user.locale)


def open_account(*, state: LoginState, newcomer: Newcomer, code: SecretStr) -> User:
    """The new account, its address proven. Raises `CodeRefused`, `AddressTaken`."""
    asked = _asked(state, state.facts.identifier)
    # Outside the transaction: a refusal must leave its try counted.
    check_code(asked=asked, code=code.get_secret_value())
    address = {"email" if isinstance(asked.to, Email) else "phone_number": asked.to.value}
    names = Profile(given_name=newcomer.given_name, family_name=newcomer.family_name, locale=get_language() or "")
    new = NewUser.model_validate({**address, "verified": True, "role": Role(newcomer.role), "profile": names})
    try:
        with transaction.atomic():
            user = create_user(new=new, prepared=newcomer.password)
            record(event=Event.CONTACT_VERIFIED, user_id=user.pk, browser=state.browser, detail={"via": asked.purpose})
    except AccountExists as exc:
        # Made by a faster sign-up since. Whoever brought the code reads the mailbox, and may know.
        raise AddressTaken(detail="an account was made with this address meanwhile") from exc
    return user


def _asked(state: LoginState, identifier: str) -> Asked:
    """The code counts in this sign-in of this browser, for this address."""
    to = parse_identifier(identifier)
    purpose = Purpose.VERIFY_EMAIL if isinstance(to, Email) else Purpose.VERIFY_PHONE
    return Asked(purpose=purpose, to=to, visit=f"{state.requirement.uid}.{state.browser}")
