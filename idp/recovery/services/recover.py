"""A new password by a recovery key. Looking spends nothing; a mail scanner that follows the link does no harm.

The password is judged and hashed outside the transaction, by the same policy as everywhere; the key is spent and the password
stored in one, or neither. News of it ends every session of the person, and their tokens with it.
"""

from dataclasses import dataclass

from django.db import transaction
from pydantic import SecretStr

from idp.accounts.identifiers import Email, Identifier, PhoneNumber
from idp.accounts.models import User
from idp.accounts.selectors import addresses_of, hold_active_user, sign_in_name
from idp.accounts.services.change_password import own_words, prepared_password, store_password
from idp.accounts.services.claim_account import claim_account
from idp.audit.selectors import times_of
from idp.audit.types import Event
from idp.core import clock
from idp.core.specs import implements
from idp.mfa.one_time_code.services.void_codes import void_codes
from idp.recovery.errors import RecoveryOver
from idp.recovery.key import digest_of, mark_of
from idp.recovery.models import RecoveryKey
from idp.recovery.schemas import Place, Via


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """An account that may be given a new password: what it signs in with, and where that was asked for."""

    name: str
    place: Place


def pending_recovery(*, key: str) -> Pending:
    """What this key is good for; changes nothing. Raises `RecoveryOver`."""
    row = _usable(key)
    name = (row.user.phone_number if row.via == Via.TEXT else row.user.email) or sign_in_name(row.user)
    return Pending(name=name, place=row.asked_in)


@implements("OWASP ASVS 5.0", "6.4.3")
def recover(*, key: str, password: SecretStr) -> None:
    """The account has this password. Raises `RecoveryOver`, `PasswordRefused`, `NotHashed`; then the key is good still."""
    judged = _usable(key)
    prepared = prepared_password(password=password, words=own_words(judged.user))
    with transaction.atomic():
        user = hold_active_user(judged.user_id)
        if user is None:
            raise RecoveryOver(detail="the account was disabled meanwhile")
        row = _usable(key)
        # Of any number of requests that bring the key, one closes it.
        if not RecoveryKey.objects.filter(pk=row.pk, closed_at__isnull=True).update(closed_at=clock.now()):
            raise RecoveryOver(detail="used a moment ago")
        if user.is_verified:
            void_codes(addresses=addresses_of(user))
        else:
            # With everything else that was prepared, the codes.
            claim_account(user=user, to=_proven_by(row, user), via="recovery", password=prepared, browser=row.asked_in.browser)
        store_password(user=user, prepared=prepared, via="recovery")


def _usable(key: str) -> RecoveryKey:
    """The open key with its account, as both are now. Raises `RecoveryOver`."""
    row = RecoveryKey.objects.select_related("user").filter(digest=digest_of(key), closed_at__isnull=True).first()
    if row is None:
        raise RecoveryOver(detail="unknown, used or replaced")
    if row.expires_at <= clock.now():
        raise RecoveryOver(detail="too old")
    if row.mark != mark_of(row.user):
        raise RecoveryOver(detail="the account is another than it was")
    # Whoever asked and then signed in had not forgotten the password after all. Elsewhere it may be a thief, who must not be able
    # to keep the owner out by signing in.
    browser = row.asked_in.browser
    if times_of(user_id=row.user_id, event=Event.LOGIN_SUCCEEDED, since=row.created_at, browser=browser):
        raise RecoveryOver(detail="signed in since, where it was asked for")
    return row


def _proven_by(row: RecoveryKey, user: User) -> Identifier:
    """The address whose messages were read to get this key."""
    return PhoneNumber(str(user.phone_number)) if row.via == Via.TEXT else Email(str(user.email))
