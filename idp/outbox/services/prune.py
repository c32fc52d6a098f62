"""Delete what nobody needs any more: messages delivered or given up long ago."""

from idp.core import clock
from idp.outbox.models import Message

_DELIVERED_SECONDS = 7 * 24 * 3600
_DEAD_SECONDS = 90 * 24 * 3600
# Rows of one DELETE, so that no transaction grows long.
_BATCH = 500


def prune_messages() -> int:
    """Delivered ones after a week, given up ones after ninety days; returns how many rows went."""
    moment = clock.now()
    old = (
        Message.objects.filter(delivered_at__lt=moment - clock.seconds(_DELIVERED_SECONDS)),
        Message.objects.filter(dead_at__lt=moment - clock.seconds(_DEAD_SECONDS)),
    )
    gone = 0
    for rows in old:
        while batch := list(rows.values_list("id", flat=True)[:_BATCH]):
            gone += Message.objects.filter(id__in=batch).delete()[0]
    return gone
