"""Change one's own password: fresh proof, the current password, the policy; every other session ends."""

from django.db import transaction
from pydantic import SecretStr

from idp.accounts.models import User
from idp.accounts.selectors import get_active_user, sign_in_name
from idp.accounts.services.change_password import own_words, prepared_password, store_password
from idp.authenticators.errors import SessionOver
from idp.authenticators.services.fresh_proof import hold_proven, require_proof
from idp.core.auth_context import AuthContext
from idp.core.specs import implements
from idp.login.errors import CredentialsRefused
from idp.login.services.prove_password import prove_password
from idp.self_service.errors import NotYourPassword
from idp.self_service.schemas import PasswordChange


@implements("OWASP ASVS 5.0", "6.2.3")
def replace_password(*, actor: AuthContext, change: PasswordChange, browser: str) -> None:
    """The account has the new password; this session goes on, every other one ends.

    Guesses at the current password are counted like those of a sign-in. Raises `ProofTooOld`, `SessionOver`, `NotYourPassword`,
    `TooManyAttempts`, `PasswordRefused`, `NotHashed`.
    """
    require_proof(actor)
    user = get_active_user(actor.user_id)
    if user is None:
        raise SessionOver(detail="the account was disabled meanwhile")
    # As it is after the check, which may have upgraded the hash.
    if user.has_usable_password():
        user = _proven(identifier=sign_in_name(user), password=change.current_password, browser=browser)
    prepared = prepared_password(password=change.new_password, words=own_words(user), field="new_password")
    # Short, and without a hash in it.
    with transaction.atomic():
        held = hold_proven(actor)
        if held.password != user.password:
            raise SessionOver(detail="the password was changed by somebody else meanwhile")
        store_password(user=held, prepared=prepared, via="change", acting_sid=actor.sid)


def _proven(*, identifier: str, password: SecretStr, browser: str) -> User:
    """The person, by the password they want to replace. Raises `NotYourPassword`, `TooManyAttempts`, `NotHashed`."""
    try:
        return prove_password(identifier=identifier, password=password, browser=browser)
    except CredentialsRefused as refused:
        sentence = NotYourPassword.sentence
        raise NotYourPassword(fields={"current_password": [sentence]}, detail=refused.detail) from refused
