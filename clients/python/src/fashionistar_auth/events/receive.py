"""Handle an event once: its id is remembered in the transaction in which its handlers write."""

import logging
from datetime import timedelta
from typing import Literal

from django.db import router, transaction
from django.utils import timezone

from fashionistar_auth.changed_accounts import remember_change
from fashionistar_auth.events.models import HandledEvent, KnownSubject
from fashionistar_auth.events.signals import BY_NAME, account_event
from fashionistar_auth.events.types import AccountEvent
from fashionistar_auth.events.vocabulary import WITHOUT_ORDER

logger = logging.getLogger("fashionistar_auth.events")

Outcome = Literal["handled", "repeat", "stale"]
#: Longer than the provider keeps what it could send again.
KEPT_DAYS = 120


def receive(event: AccountEvent) -> Outcome:
    """What became of it. Raises whatever a handler raises; nothing is remembered then.

    The account's row is locked first, so two events of one account never run at once and a repeat waits for its twin.
    """
    using = router.db_for_write(HandledEvent)
    with transaction.atomic(using=using):
        # One event of an account at a time.
        KnownSubject.objects.using(using).bulk_create([KnownSubject(sub=event.sub)], ignore_conflicts=True)
        known = KnownSubject.objects.using(using).select_for_update().get(sub=event.sub)
        if HandledEvent.objects.using(using).filter(jti=event.jti).exists():
            return "repeat"
        HandledEvent.objects.using(using).create(jti=event.jti)
        # Whatever it says: tokens from before are not taken on their word any more.
        remember_change(sub=event.sub, sid=event.sid, at=event.time)
        # What tells how the account stands counts only while nothing newer is known.
        if event.name not in WITHOUT_ORDER:
            if event.sequence <= known.sequence:
                logger.warning("An event came after a newer one and is ignored: %s %s", event.name, event.jti)
                return "stale"
            known.sequence = event.sequence
            known.save(using=using, update_fields=["sequence"])
        for signal in (BY_NAME[event.name], account_event):
            signal.send(sender=AccountEvent, event=event)
    return "handled"


def prune() -> int:
    """Forget ids that can come no more; how many went."""
    using = router.db_for_write(HandledEvent)
    old = HandledEvent.objects.using(using).filter(received_at__lt=timezone.now() - timedelta(days=KEPT_DAYS))
    return old.delete()[0]
