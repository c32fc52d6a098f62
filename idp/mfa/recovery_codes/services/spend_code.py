"""Take a recovery code from somebody who claims to be this person. It counts once; its use is news.

Guesses are counted by whoever asks (`idp.login`).
"""

import uuid

from django.db import transaction

from idp.audit.services import record
from idp.audit.types import Event
from idp.core import clock
from idp.core.specs import implements
from idp.mfa.errors import FactorRefused
from idp.mfa.recovery_codes.code import digest_of
from idp.mfa.recovery_codes.models import RecoveryCode
from idp.mfa.recovery_codes.selectors import codes_left


@implements("OWASP ASVS 5.0", "6.5.1")
@transaction.atomic
def spend_code(*, user_id: uuid.UUID, code: str) -> int:
    """How many codes are left after this one. Raises `FactorRefused`."""
    digest = digest_of(code, user_id=user_id)
    # One conditional UPDATE decides between any number of requests that bring the same code.
    unused = RecoveryCode.objects.filter(user_id=user_id, digest=digest or "", used_at__isnull=True)
    if not unused.update(used_at=clock.now()):
        raise FactorRefused(detail="no unused recovery code of this person")
    left = codes_left(user_id)
    record(event=Event.RECOVERY_CODE_USED, user_id=user_id, detail={"left": str(left)})
    return left
