"""Known devices: browsers in which an account's owner finished a sign-in. They count their own attempts only.

The browser cookie alone proves nothing; together with a finished sign-in it is a reason not to let strangers' failures
slow the owner. A changed password, a disabled account and support's reset of all factors make every device unknown again.
"""

import uuid

from idp.accounts.models import User
from idp.core import crypto
from idp.core.clock import now, seconds
from idp.login.models import KnownDevice

# As long as the browser keeps its cookie.
REMEMBERED_SECONDS = 180 * 24 * 3600


def device_digest(*, index: str, browser: str) -> str:
    """64 hexadecimal characters for this browser (`core.browser.browser_key`) at the identifier of this blind index."""
    return crypto.keyed_digest(f"{index}.{browser}".encode(), label="login.known-device").hex()


def is_known_device(*, digest: str) -> bool:
    """Whether the owner signed in there and that was neither revoked nor too long ago."""
    return KnownDevice.objects.filter(digest=digest, last_used_at__gt=now() - seconds(REMEMBERED_SECONDS)).exists()


def remember_device(*, user: User, browser: str) -> None:
    """A browser that is known from now on, under each identifier of the account."""
    moment = now()
    indexes = [index for index in (user.email_index, user.phone_number_index) if index]
    KnownDevice.objects.filter(user=user, last_used_at__lt=moment - seconds(REMEMBERED_SECONDS)).delete()
    KnownDevice.objects.bulk_create(
        [KnownDevice(digest=device_digest(index=index, browser=browser), user=user, last_used_at=moment) for index in indexes],
        update_conflicts=True,
        unique_fields=["digest"],
        update_fields=["user", "last_used_at"],
    )


def forget_devices(*, user_id: uuid.UUID) -> None:
    """No browser of this account is known any more."""
    KnownDevice.objects.filter(user_id=user_id).delete()
