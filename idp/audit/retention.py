"""Drop what is old of the audit trail: whole seals, the oldest first, and never the newest. By an operator's command alone.

An anchor, signed with the provider's key, says from then on behind which seal the trail begins, and the verifier starts there. So
whoever cuts off a beginning with a database shell is found: that hand has no key.
"""

import datetime as dt
import logging
from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction

from idp.audit.models import AuditAnchor, AuditLink, AuditSeal, SecurityEvent
from idp.audit.services import record
from idp.audit.types import Event
from idp.core import clock, ids

logger = logging.getLogger("idp.audit.retention")

Sign = Callable[[Mapping[str, Any]], str]


def drop_older(*, than: dt.timedelta, sign: Sign) -> int:
    """How many events went. May be stopped at any moment: the next run goes on. `sign` makes a JWS of an anchor's claims."""
    anchor = _newest_anchor()
    end = _last_seal_older(than)
    if end is not None and (anchor is None or end.number > anchor.number):
        anchor = _anchored(end, sign)
    if anchor is None:
        return 0
    old = AuditSeal.objects.filter(number__lte=anchor.number).order_by("number")
    return sum(_drop(seal) for seal in list(old))


def _newest_anchor() -> AuditAnchor | None:
    return AuditAnchor.objects.order_by("-number").first()


def _last_seal_older(than: dt.timedelta) -> AuditSeal | None:
    """The last one with nothing younger in it or before it. Not the newest of all: the chain goes on behind that."""
    # By the ids in the chain, which are verified, and not by a column that is not.
    limit = ids.first_id(clock.epoch(clock.now() - than))
    seals = AuditSeal.objects.order_by("-number")
    young = AuditLink.objects.filter(event_id__gte=limit).order_by("position").first()
    old = seals.exclude(number=seals.values("number")[:1])
    return (old.filter(last__lt=young.position) if young else old).first()


@transaction.atomic
def _anchored(end: AuditSeal, sign: Sign) -> AuditAnchor:
    """First said, then done: at no moment is something missing that no anchor speaks of."""
    claims = {"seal": end.number, "last": end.last, "head": end.head, "settled": end.settled, "iat": clock.epoch(clock.now())}
    anchor = AuditAnchor.objects.create(number=end.number, last=end.last, token=sign(claims))
    record(event=Event.AUDIT_DROPPED, detail={"up_to_seal": str(end.number), "up_to_position": str(end.last)})
    logger.info("audit anchored", extra={"seal": f"{end.number}:{end.head}"})
    return anchor


@transaction.atomic
def _drop(seal: AuditSeal) -> int:
    """One seal with its events, all or none: an event without its link would look like one that waits."""
    links = AuditLink.objects.filter(position__lte=seal.last)
    dropped = SecurityEvent.objects.filter(pk__in=links.values("event_id")).drop()
    links.drop()
    AuditSeal.objects.filter(number=seal.number).drop()
    return dropped
