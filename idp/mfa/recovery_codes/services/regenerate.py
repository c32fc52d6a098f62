"""Make a new set of recovery codes. The old set is void from this moment, used or not."""

import uuid

from django.db import transaction

from idp.accounts.selectors import hold_active_user
from idp.audit.services import record
from idp.audit.types import Event
from idp.core.errors import Forbidden
from idp.mfa.recovery_codes.code import digest_of, new_code
from idp.mfa.recovery_codes.models import RecoveryCode

SET_SIZE = 10


@transaction.atomic
def regenerate(*, user_id: uuid.UUID) -> tuple[str, ...]:
    """The new codes, in clear for the only time. Raises `Forbidden` for a disabled account.

    The person's row is locked: of two sets made at once the later one is left whole.
    """
    user = hold_active_user(user_id)
    if user is None:
        raise Forbidden(detail="a disabled account gets no recovery codes")
    RecoveryCode.objects.filter(user=user).delete()
    codes = tuple(new_code() for _ in range(SET_SIZE))
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, digest=str(digest_of(code, user_id=user.pk))) for code in codes)
    record(event=Event.RECOVERY_CODES_MADE, user_id=user.pk, detail={"count": str(SET_SIZE)})
    return codes
