"""Removes keys and counters that no answer depends on any more."""

from idp.core import clock
from idp.core.batches import delete_in_batches
from idp.recovery.models import AskCounter, RecoveryKey
from idp.recovery.services.ask import WINDOW_SECONDS

_KEPT_SECONDS = 24 * 3600


def forget_stale() -> dict[str, int]:
    """How many of each went."""
    moment = clock.now()
    return {
        "keys": delete_in_batches(RecoveryKey.objects.filter(expires_at__lt=moment - clock.seconds(_KEPT_SECONDS))),
        "counters": delete_in_batches(AskCounter.objects.filter(last_at__lt=moment - clock.seconds(WINDOW_SECONDS))),
    }
