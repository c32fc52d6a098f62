"""Make the key by which an account is recovered; the one before counts no more."""

import uuid

from idp.accounts.identifiers import Identifier
from idp.accounts.models import User
from idp.accounts.selectors import is_proven
from idp.audit.services import record
from idp.audit.types import Event
from idp.core import clock
from idp.core.specs import implements
from idp.recovery.key import digest_of, mark_of, new_key
from idp.recovery.models import RecoveryKey
from idp.recovery.schemas import Place, Via

LIFETIME_SECONDS = 1800


def may_recover(user: User | None, to: Identifier) -> bool:
    """Only an enabled account, and only by an address that was proven to be its owner's (pre-hijacking, OIDC Core §5.7).

    An account that nobody has proven yet is that of whoever proves it; this is one of the ways (`claim_account.py`).
    """
    if user is None or not user.is_active:
        return False
    if not user.is_verified:
        return True
    return is_proven(user, to)


@implements("OWASP ASVS 5.0", "6.4.1")
def open_key(*, user: User, via: Via, place: Place) -> str:
    """The key in clear, which is kept nowhere; `user` is held by the caller's transaction."""
    key, moment = new_key(), clock.now()
    close_keys(user_id=user.pk)
    RecoveryKey.objects.create(
        user=user,
        digest=digest_of(key),
        mark=mark_of(user),
        via=via,
        place=place.model_dump(),
        created_at=moment,
        expires_at=moment + clock.seconds(LIFETIME_SECONDS),
    )
    record(event=Event.RECOVERY_BEGUN, user_id=user.pk, browser=place.browser, detail={"via": via})
    return key


def close_keys(*, user_id: uuid.UUID) -> None:
    """No key of this account is good any more."""
    RecoveryKey.objects.filter(user_id=user_id, closed_at__isnull=True).update(closed_at=clock.now())
