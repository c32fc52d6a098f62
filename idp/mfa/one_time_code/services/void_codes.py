"""Void what was sent: after an account got a new password, no code that is on its way to its addresses is good any more."""

from collections.abc import Collection

from idp.core import clock
from idp.mfa.one_time_code.models import OneTimeCode


def void_codes(*, addresses: Collection[str]) -> None:
    """No open code to these addresses counts, whatever it was asked for. `addresses` are blind indexes (`index_of`)."""
    OneTimeCode.objects.filter(address__in=addresses, closed_at__isnull=True).update(closed_at=clock.now())
