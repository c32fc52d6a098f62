"""Drop a person's recovery codes: without a factor that can be lost they recover nothing, and must not wait for the next one."""

import uuid

from django.db import transaction

from idp.audit.services import record
from idp.audit.types import Event
from idp.mfa.recovery_codes.models import RecoveryCode
from idp.mfa.types import FactorKind


@transaction.atomic
def discard(*, user_id: uuid.UUID) -> None:
    """None of them counts any more; without any this is no news."""
    if discard_all(user_id=user_id):
        record(event=Event.FACTOR_REMOVED, user_id=user_id, detail={"kind": FactorKind.RECOVERY_CODES})


def discard_all(*, user_id: uuid.UUID) -> int:
    """How many were taken away, used ones included. Recorded by the caller, in whose transaction."""
    removed, _rows = RecoveryCode.objects.filter(user_id=user_id).delete()
    return removed
