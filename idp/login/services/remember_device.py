"""Known devices: browsers in which an account's owner finished a sign-in. They count their own attempts only, and a sign-in in
another one is told to the owner.

The browser cookie alone proves nothing; together with a finished sign-in it is a reason not to let strangers' failures
slow the owner. A changed password, a disabled account and support's reset of all factors make every device unknown again.
"""

import uuid

from django.db.models import Count, Q

from idp.accounts.models import User
from idp.accounts.selectors import addresses_of
from idp.audit.selectors import has_happened
from idp.audit.types import Event
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


def is_new_device(*, user: User, browser: str) -> bool:
    """Whether the account was signed in to before, and not lately in this browser. One query where it is known, else up to two.

    No known browser at all does not mean a first sign-in: they are forgotten with every changed password and after half a year,
    and an account that slept that long is the one whose sign-in its owner must hear of.
    """
    known = KnownDevice.objects.filter(user=user, last_used_at__gt=now() - seconds(REMEMBERED_SECONDS))
    found = known.aggregate(anywhere=Count("digest"), here=Count("digest", filter=_is_here(user, browser)))
    if found["anywhere"]:
        return not found["here"]
    return has_happened(user_id=user.pk, event=Event.LOGIN_SUCCEEDED)


def remember_device(*, user: User, browser: str) -> None:
    """A browser that is known from now on, under each identifier of the account."""
    moment = now()
    mark = _mark(user, browser)
    KnownDevice.objects.filter(user=user, last_used_at__lt=moment - seconds(REMEMBERED_SECONDS)).delete()
    KnownDevice.objects.bulk_create(
        [KnownDevice(digest=digest, user=user, mark=mark, last_used_at=moment) for digest in _digests(user, browser)],
        update_conflicts=True,
        unique_fields=["digest"],
        update_fields=["user", "mark", "last_used_at"],
    )


def forget_device(*, user: User, browser: str) -> None:
    """Make a browser unknown to this account again."""
    KnownDevice.objects.filter(_is_here(user, browser), user=user).delete()


def forget_devices(*, user_id: uuid.UUID) -> None:
    """No browser of this account is known any more."""
    KnownDevice.objects.filter(user_id=user_id).delete()


def _digests(user: User, browser: str) -> list[str]:
    """Under each identifier the account has now."""
    return [device_digest(index=index, browser=browser) for index in addresses_of(user)]


def _mark(user: User, browser: str) -> str:
    """64 hexadecimal characters for this browser at this account, which stay when its addresses change."""
    return crypto.keyed_digest(f"{user.pk}.{browser}".encode(), label="login.known-device.account").hex()


def _is_here(user: User, browser: str) -> Q:
    """The rows of one browser, also those that have no mark."""
    return Q(mark=_mark(user, browser)) | Q(digest__in=_digests(user, browser))
