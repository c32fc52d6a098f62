"""Make the key by which an account is recovered; the one before counts no more."""

from idp.accounts.identifiers import Email, Identifier
from idp.accounts.models import User
from idp.audit.services import record
from idp.audit.types import Event
from idp.core import clock
from idp.core.specs import implements
from idp.recovery.key import digest_of, mark_of, new_key
from idp.recovery.models import RecoveryKey
from idp.recovery.schemas import Place, Via

LIFETIME_SECONDS = 1800


def may_recover(user: User | None, to: Identifier) -> bool:
    """Only an enabled account, and only by an address that was proven to be its owner's (pre-hijacking, OIDC Core §5.7)."""
    if user is None or not user.is_active:
        return False
    return user.email_verified if isinstance(to, Email) else user.phone_number_verified


@implements("OWASP ASVS 5.0", "6.4.1")
def open_key(*, user: User, via: Via, place: Place) -> str:
    """The key in clear, which is kept nowhere; `user` is held by the caller's transaction."""
    key, moment = new_key(), clock.now()
    close_keys(user=user)
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


def close_keys(*, user: User) -> None:
    """No key of this account is good any more."""
    RecoveryKey.objects.filter(user=user, closed_at__isnull=True).update(closed_at=clock.now())
