"""An account whose address was never proven, made by an administrator or imported: whoever shows its password or passkey proves
the address by a code, in the same sign-in, before anything else of the account counts.

The code goes to the address as stored, whatever the form says, and counts for this account in this sign-in of this browser.
"""

from django.db import transaction
from django.utils.translation import get_language
from pydantic import SecretStr

from idp.accounts.identifiers import Email, index_of, parse_identifier
from idp.accounts.models import User
from idp.accounts.selectors import addresses_of, get_active_user, hold_active_user, password_mark, stored_address
from idp.accounts.services.claim_account import claim_account
from idp.accounts.services.passwords import hashed
from idp.core.specs import implements
from idp.login.errors import CredentialsRefused
from idp.login.services.count_attempt import count_address_guess, forget_attempts
from idp.login.services.recover_account import place_of
from idp.login.state import Facts, LoginState
from idp.login.types import Proof
from idp.mfa.one_time_code.services.check_code import check_code
from idp.mfa.one_time_code.services.send_code import send_code, was_just_sent
from idp.mfa.one_time_code.types import Asked, proof_of
from idp.recovery.schemas import Via
from idp.recovery.services.open_key import open_key


def send_first_code(*, state: LoginState, user: User) -> None:
    """For whoever has just shown password or passkey, as `state` knows already. Raises `CodeTooSoon`.

    None where none is needed, or one was sent a moment ago.
    """
    if not user.is_verified and not was_just_sent(_asked(state, user)):
        send_code(asked=_asked(state, user), language=get_language() or "")


def send_another_code(*, state: LoginState) -> None:
    """By the button of the page. Raises `CodeTooSoon`, `CredentialsRefused`."""
    send_code(asked=_asked(state, _person(state)), language=get_language() or "")


@implements("OWASP ASVS 5.0", "6.6.2")
def prove_owner(*, state: LoginState, code: SecretStr) -> Facts:
    """The address is theirs, and nothing that was prepared on the account counts any more but the password they gave.

    Whoever gave none chooses one now, by the right that a message about a forgotten password would have brought them: their
    passkey is void like every factor. No proof is added: a mailbox is no second factor.

    Raises `TooManyAttempts`, `CodeRefused`, `CredentialsRefused`.
    """
    user = _person(state)
    asked = _asked(state, user)
    attempt = count_address_guess(identifier=asked.to.value, browser=state.browser)
    # Outside the transaction: a refusal must leave its try counted.
    check_code(asked=asked, code=code.get_secret_value())
    forget_attempts(attempt=attempt)
    key = _claim(state, user, asked)
    if key:
        return Facts(identifier=state.facts.identifier, recovery_key=key, passkey_void=True)
    return state.facts.learning(proofs=tuple(proof for proof in state.facts.proofs if proof is Proof.PWD), factors=())


@transaction.atomic
def _claim(state: LoginState, user: User, asked: Asked) -> str:
    """The recovery key of whoever has nothing to sign in with now; "" for who has, or where nothing was claimed."""
    held = hold_active_user(user.pk)
    # Proven meanwhile on another way, or given another password: the next step judges what that leaves of this sign-in.
    if held is None or held.is_verified or password_mark(held) != state.facts.password_mark:
        return ""
    # The code was sent to an address that the account has no more.
    if index_of(asked.to) not in addresses_of(held):
        return ""
    has_password = Proof.PWD in state.facts.proofs
    # A password that nobody has shown here may be known to whoever prepared the account.
    password = "" if has_password else hashed(None)
    claim_account(user=held, to=asked.to, via=asked.purpose, password=password, browser=state.browser)
    via = Via.MAIL if isinstance(asked.to, Email) else Via.TEXT
    return "" if has_password else open_key(user=held, via=via, place=place_of(state))


def _person(state: LoginState) -> User:
    assert state.facts.user_id is not None
    user = get_active_user(state.facts.user_id)
    if user is None:
        raise CredentialsRefused(detail="the account was disabled meanwhile")
    return user


def _asked(state: LoginState, user: User) -> Asked:
    to = stored_address(user, like=parse_identifier(state.facts.identifier))
    return Asked(purpose=proof_of(to), to=to, visit=f"account.{user.pk}.{state.requirement.uid}.{state.browser}")
