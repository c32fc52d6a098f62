"""Reading remembered devices: whether one counts, and which there are."""

import datetime as dt
import uuid

from django.conf import settings
from django.db.models import QuerySet

from idp.core.clock import now
from idp.core.specs import implements
from idp.mfa.remembered_device.models import RememberedDevice


@implements("OWASP ASVS 5.0", "6.3.3")
def is_remembered(*, user_id: uuid.UUID, digest: str) -> bool:
    """Whether this person is remembered in the browser of that digest: one query, none without a digest."""
    return bool(digest) and _counting().filter(user_id=user_id, digest=digest).exists()


def devices_of(user_id: uuid.UUID) -> list[RememberedDevice]:
    """Where this person is remembered, the latest first: one query."""
    return list(_counting().filter(user_id=user_id).order_by("-created_at", "-id"))


def _counting() -> QuerySet[RememberedDevice]:
    """Neither out of time nor older than is allowed today: a shorter life, or none, holds for those that are there too."""
    moment = now()
    oldest = moment - dt.timedelta(days=settings.IDP_REMEMBER_DEVICE_DAYS)
    return RememberedDevice.objects.filter(expires_at__gt=moment, created_at__gt=oldest)
