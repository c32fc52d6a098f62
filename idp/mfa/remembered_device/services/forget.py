"""Forget a person in one browser or in all. From then on the second factor is asked there again."""

import uuid

from django.db import transaction

from idp.audit.services import record
from idp.audit.types import Event
from idp.core.batches import delete_in_batches
from idp.core.clock import now
from idp.mfa.remembered_device.models import RememberedDevice


@transaction.atomic
def forget_one(*, user_id: uuid.UUID, device_id: uuid.UUID, why: str) -> bool:
    """Says whether it was there and theirs."""
    return bool(_forget(user_id, why, id=device_id))


@transaction.atomic
def forget_all(*, user_id: uuid.UUID, why: str) -> int:
    """How many there were; none is no news."""
    return _forget(user_id, why)


def forget_expired() -> int:
    """Those out of time; how many went. A chore, and no news: they counted no more."""
    return delete_in_batches(RememberedDevice.objects.filter(expires_at__lte=now()))


def _forget(user_id: uuid.UUID, why: str, **which: object) -> int:
    gone, _rows = RememberedDevice.objects.filter(user_id=user_id, **which).delete()
    if gone:
        record(event=Event.DEVICE_FORGOTTEN, user_id=user_id, detail={"reason": why, "count": str(gone)})
    return gone
