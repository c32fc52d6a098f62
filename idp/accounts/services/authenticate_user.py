"""Is this the password of the account somebody named?

Whatever the answer, exactly one hash operation runs, so that neither time nor load tells an unknown account from a known
one (OWASP ASVS 5.0 V6.3.8). The person reads one sentence for every failure; the reason goes to log and audit trail.

An imported hash costs what it costs. After a failure against one the answer waits until a fixed moment, so that it does
not tell which kind of hash an account holds; the slot for hashing is free again meanwhile.
"""

import logging
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.hashers import make_password, verify_password

from idp.accounts.errors import NotHashed
from idp.accounts.hashing_slots import slots
from idp.accounts.identifiers import parse_identifier
from idp.accounts.models import User
from idp.accounts.schemas import Credentials
from idp.accounts.selectors import find_user
from idp.accounts.services.passwords import is_hashable
from idp.accounts.stored_hashes import fault_of
from idp.accounts.types import Outcome
from idp.core import clock
from idp.core.specs import implements

logger = logging.getLogger("idp.accounts")

# Matches no password and makes `verify_password` spend the same hash as a real one.
_NO_HASH = make_password(None)
# Above the time of the costliest hash that Django or Fashionistar makes by default.
_LEGACY_FLOOR_SECONDS = 1.5


@dataclass(frozen=True, slots=True)
class AuthResult:
    """`user` is set only when they are proven; `subject` is the account that was named, for the audit trail."""

    user: User | None
    reason: Outcome
    subject: uuid.UUID | None = None


@implements("OWASP ASVS 5.0", "6.3.8")
def authenticate_user(*, credentials: Credentials) -> AuthResult:
    """The proven account, or why not. Upgrades an older hash after a success, if so set. Call it outside transactions.

    Raises `NotHashed` when nothing was checked.
    """
    # Decided by what was sent alone, before any account is looked at: nothing is hashed, whoever was named.
    if not is_hashable(credentials.password):
        return AuthResult(user=None, reason=Outcome.UNUSABLE_PASSWORD)
    user = _named(credentials.identifier)
    reason, renewed = _checked(user, credentials.password.get_secret_value())
    if user is None or reason is not Outcome.PROVEN:
        return AuthResult(user=None, reason=reason, subject=user.pk if user else None)
    if renewed:
        _upgrade(user, renewed)
    return AuthResult(user=user, reason=reason, subject=user.pk)


def _computable(user: User | None) -> str:
    """The stored hash if it may be computed, else one that costs the same as any and matches nothing."""
    if user is None or not user.has_usable_password():
        return _NO_HASH
    fault = fault_of(user.password)
    if fault is None:
        return user.password
    logger.error("a stored password hash cannot be used", extra={"subject": str(user.pk), "fault": fault})
    return _NO_HASH


def _checked(user: User | None, raw: str) -> tuple[Outcome, str]:
    """Why they are proven or not, by one hash operation; after a success by an outdated hash, a new one to store.

    Raises `NotHashed`.
    """
    stored, renewed = _computable(user), ""
    with slots.line():
        started = clock.monotonic()
        with slots.one():
            matches, is_outdated = verify_password(raw, stored)
            reason = _reason(user, matches=matches)
            if is_outdated and reason is Outcome.PROVEN and settings.IDP_UPGRADE_HASHES:
                renewed = _hash_of_today(raw)
        # The slot is free again; the place in line is not, so waiting never takes more threads than hashing may.
        if is_outdated and not matches:
            clock.pause(started + _LEGACY_FLOOR_SECONDS - clock.monotonic())
    return reason, renewed


def _hash_of_today(raw: str) -> str:
    """A hash at today's cost; none if it cannot be had now: they are proven, and the old one serves until next time."""
    try:
        return make_password(raw)
    except NotHashed:
        logger.warning("password hash not upgraded: it could not be computed", exc_info=True)
        return ""


def _named(identifier: str) -> User | None:
    """The account somebody typed; what cannot be an identifier names nobody."""
    try:
        return find_user(parse_identifier(identifier))
    except ValueError:
        return None


def _reason(user: User | None, *, matches: bool) -> Outcome:
    """Why an account is or is not proven; the password speaks first."""
    if user is None:
        return Outcome.NO_ACCOUNT
    if not matches:
        return _why_it_does_not_match(user)
    if not user.is_active:
        return Outcome.DISABLED
    # Whether an address was proven is for the next step to ask: only whoever knows the password comes so far.
    return Outcome.PROVEN


def _why_it_does_not_match(user: User) -> Outcome:
    if not user.has_usable_password():
        return Outcome.NO_PASSWORD
    return Outcome.DAMAGED_HASH if fault_of(user.password) else Outcome.WRONG_PASSWORD


def _upgrade(user: User, renewed: str) -> None:
    """Store the hash at today's cost, unless the password was changed in the meantime."""
    if User.objects.filter(pk=user.pk, password=user.password).update(password=renewed):
        user.password = renewed
        logger.info("password hash upgraded")
