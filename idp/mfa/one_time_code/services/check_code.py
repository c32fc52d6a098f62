"""Take a code. Each try is counted before it is compared, by one conditional UPDATE, so a burst of guesses gets no more tries.

Never inside a caller's transaction that a refusal would roll back: the count of tries would go with it.
"""

import hmac

from django.db.models import F

from idp.core import clock
from idp.core.specs import implements
from idp.mfa.one_time_code.code import digest_of, slot_of
from idp.mfa.one_time_code.errors import CodeRefused
from idp.mfa.one_time_code.models import OneTimeCode
from idp.mfa.one_time_code.types import Asked

MOST_TRIES = 5


@implements("OWASP ASVS 5.0", "6.5.1")
def check_code(*, asked: Asked, code: str) -> None:
    """The code is the newest of this slot, and is spent. Raises `CodeRefused`."""
    slot = slot_of(asked)
    newest = OneTimeCode.objects.filter(slot=slot, closed_at__isnull=True).first()
    if newest is None:
        raise CodeRefused(detail="no open code here")
    row = OneTimeCode.objects.filter(pk=newest.pk, closed_at__isnull=True)
    if not row.filter(tries__lt=MOST_TRIES, expires_at__gt=clock.now()).update(tries=F("tries") + 1):
        raise CodeRefused(detail="expired, or tried too often")
    digest = digest_of(code, slot=slot)
    if digest is None or not hmac.compare_digest(newest.digest, digest):
        raise CodeRefused(detail="wrong code")
    # Of any number of requests that bring the right one, one closes it.
    if not row.update(closed_at=clock.now()):
        raise CodeRefused(detail="used or replaced a moment ago")
