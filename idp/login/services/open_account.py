"""The account of somebody new, whose address is proven and who has something to sign in with: all at once, or nothing."""

from django.db import transaction
from django.utils.translation import get_language

from idp.accounts.errors import AccountExists
from idp.accounts.identifiers import Email, Identifier, index_of, parse_identifier
from idp.accounts.models import User
from idp.accounts.roles import Role
from idp.accounts.schemas import NewUser, Profile
from idp.accounts.selectors import addresses_of, find_user, hold_active_user, is_proven, password_mark
from idp.accounts.services.claim_account import claim_account, introduce
from idp.accounts.services.create_user import create_user
from idp.accounts.services.passwords import hashed
from idp.accounts.services.replace_address import release_address
from idp.audit.services import record
from idp.audit.types import Event
from idp.core.specs import implements
from idp.login.errors import AddressTaken
from idp.login.services.prove_passkey import proofs_of
from idp.login.state import Facts, LoginState, Newcomer
from idp.login.types import Proof
from idp.mfa.one_time_code.types import proof_of
from idp.mfa.recovery_codes.services.regenerate import regenerate
from idp.mfa.webauthn.services.enrol import keep_first
from idp.mfa.webauthn.services.show import Proven
from idp.mfa.webauthn.types import NewKey


def open_with_password(*, state: LoginState, password: str) -> Facts:
    """Known by the password they chose, which is a hash here. Raises `AddressTaken`."""
    user = _opened(state, password)
    return _known(state, user).learning(proofs=(Proof.PWD,))


@transaction.atomic
def open_with_passkey(*, state: LoginState, key: NewKey) -> Facts:
    """Known by their passkey, which is all the account has; recovery codes are for the day it is lost.

    Raises `AddressTaken`, `PasskeyTaken`, and `AuthenticatorRefused` for staff.
    """
    newcomer = state.facts.newcomer
    assert newcomer is not None
    assert newcomer.passkey is not None
    user = _opened(state, hashed(None))
    passkey = keep_first(user_id=user.pk, who=newcomer.passkey, key=key)
    shown = Proven(passkey=passkey, user_verified=key.user_verified)
    return _known(state, user).learning(proofs=proofs_of(shown), factors=(passkey.pk,), new_codes=regenerate(user_id=user.pk))


def _known(state: LoginState, user: User) -> Facts:
    return Facts(identifier=state.facts.identifier, user_id=user.pk, password_mark=password_mark(user))


def _opened(state: LoginState, password: str) -> User:
    newcomer, to = state.facts.newcomer, parse_identifier(state.facts.identifier)
    assert newcomer is not None
    try:
        return _new_or_claimed(newcomer, to, password=password, browser=state.browser)
    except AccountExists as exc:
        # Made by a faster sign-up since. Whoever brought the code reads the mailbox, and may know.
        raise AddressTaken(detail="an account was made with this address meanwhile") from exc


@transaction.atomic
@implements("OIDC Core", "5.7")
def _new_or_claimed(newcomer: Newcomer, to: Identifier, *, password: str, browser: str) -> User:
    """A new account, or the one that was prepared on the address and now finds its owner. Raises `AccountExists`."""
    names = Profile(given_name=newcomer.given_name, family_name=newcomer.family_name, locale=get_language() or "")
    via = proof_of(to)
    found = find_user(to)
    held = hold_active_user(found.pk) if found is not None else None
    # It has another address since; this one is free, or the table says that it is not.
    if held is not None and index_of(to) not in addresses_of(held):
        held = None
    # Prepared on the address.
    if held is not None and not held.is_verified:
        claim_account(user=held, to=to, via=via, password=password, browser=browser)
        introduce(user=held, role=Role(newcomer.role), profile=names)
        return held
    # Given to another account, and never proven there.
    if held is not None and not is_proven(held, to):
        release_address(user=held, address=to)
    address = {"email" if isinstance(to, Email) else "phone_number": to.value}
    new = NewUser.model_validate({**address, "verified": True, "role": Role(newcomer.role), "profile": names})
    user = create_user(new=new, prepared=password)
    record(event=Event.CONTACT_VERIFIED, user_id=user.pk, browser=browser, detail={"via": via})
    return user
