"""Is this the password of the account somebody named?

Whatever the answer, exactly one hash operation runs, so that neither time nor load tells an unknown account from a known
one (OWASP ASVS 5.0 V6.3.8). The person reads one sentence for every failure; the reason goes to log and audit trail.
"""

import logging
import uuid
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password, verify_password

from idp.accounts.identifiers import parse_identifier
from idp.accounts.models import User
from idp.accounts.schemas import Credentials
from idp.accounts.selectors import find_user
from idp.accounts.services.passwords import is_hashable
from idp.accounts.types import Outcome
from idp.core.specs import implements

logger = logging.getLogger("idp.accounts")

# Matches no password and makes `verify_password` spend the same hash as a real one.
_NO_HASH = make_password(None)


@dataclass(frozen=True, slots=True)
class AuthResult:
    """`user` is set only when they are proven; `subject` is the account that was named, for the audit trail."""

    user: User | None
    reason: Outcome
    subject: uuid.UUID | None = None


@implements("OWASP ASVS 5.0", "6.3.8")
def authenticate_user(*, credentials: Credentials) -> AuthResult:
    """The proven account, or why not. Upgrades an older hash after a success. Call it outside transactions."""
    # Decided by what was sent alone, before any account is looked at: nothing is hashed, whoever was named.
    if not is_hashable(credentials.password):
        return AuthResult(user=None, reason=Outcome.UNUSABLE_PASSWORD)
    user = _named(credentials.identifier)
    raw = credentials.password.get_secret_value()
    matches, is_outdated = verify_password(raw, user.password if user else _NO_HASH)

    if user is None:
        return AuthResult(user=None, reason=Outcome.NO_ACCOUNT)
    reason = _reason(user, matches=matches)
    if reason is not Outcome.PROVEN:
        return AuthResult(user=None, reason=reason, subject=user.pk)
    if is_outdated:
        _upgrade(user, raw)
    return AuthResult(user=user, reason=reason, subject=user.pk)


def _named(identifier: str) -> User | None:
    """The account somebody typed; what cannot be an identifier names nobody."""
    try:
        return find_user(parse_identifier(identifier))
    except ValueError:
        return None


def _reason(user: User, *, matches: bool) -> Outcome:
    """Why an account is or is not proven; the password speaks first."""
    if not matches:
        return Outcome.WRONG_PASSWORD if user.has_usable_password() else Outcome.NO_PASSWORD
    if not user.is_active:
        return Outcome.DISABLED
    return Outcome.PROVEN if user.is_verified else Outcome.NOT_VERIFIED


def _upgrade(user: User, raw: str) -> None:
    """Store the password at today's cost, unless it was changed in the meantime."""
    renewed = make_password(raw)
    if User.objects.filter(pk=user.pk, password=user.password).update(password=renewed):
        user.password = renewed
        logger.info("password hash upgraded")
