"""Chain the events that wait and sign the chain's new head, batch by batch. Never in a request: the worker's chore.

An event is found by having no link yet, not by its id: a transaction that began early may commit after later ids were sealed, and
its event then simply takes the next position. So that this does not search the whole trail each time, what was made a day before
the last seal counts as settled.
"""

import logging
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from idp.audit.errors import HistoryIsFixed
from idp.audit.export import facts_by_id, pages_of_ids, waiting
from idp.audit.models import AuditLink, AuditSeal, SecurityEvent
from idp.audit.verifier import LATEST, START, content_digest, made_at, next_head
from idp.core import clock, ids

logger = logging.getLogger("idp.audit.sealing")

# Events. A seal holds at most this many; one run of the chore makes at most so many seals, the next goes on.
BATCH = 1000
_MOST_SEALS = 100

Sign = Callable[[Mapping[str, Any]], str]


def seal_waiting(sign: Sign) -> int:
    """How many events were sealed; may be run by several workers at once. `sign` makes a JWS of a seal's claims.

    Raises HistoryIsFixed where the stored chain was tampered with so that it cannot go on; `verify_audit` says how.
    """
    sealed = 0
    for _ in range(_MOST_SEALS):
        count = _seal_batch(sign)
        sealed += count
        if count < BATCH:
            break
    return sealed


def _seal_batch(sign: Sign) -> int:
    """One seal over the oldest events that wait; how many, 0 also when another worker was first."""
    # Read first, then sign, then write: nothing is held meanwhile, and who builds on an old end cannot store it.
    before = _newest() or AuditSeal(number=0, last=0, head=START, settled=0)
    events = _readable(_waiting(before.settled))
    if not events:
        return 0
    links = [
        AuditLink(position=position, event_id=uuid.UUID(event_id), digest=content_digest(facts))
        for position, (event_id, facts) in enumerate(events, start=before.last + 1)
    ]
    seal = _sealed(before, links, sign)
    try:
        with transaction.atomic():
            seal.save()
            AuditLink.objects.bulk_create(links)
    except IntegrityError as exc:
        if (newest := _newest()) is None or newest.number <= before.number:
            raise HistoryIsFixed(detail=f"the chain cannot go on after seal {before.number}: run verify_audit") from exc
        return 0
    # Whoever collects the log has the head outside the database: what an end that was cut off is found by.
    logger.info("audit sealed", extra={"seal": f"{seal.number}:{seal.head}", "events": len(links)})
    return len(links)


def _newest() -> AuditSeal | None:
    return AuditSeal.objects.order_by("-number").first()


def _waiting(settled: int) -> QuerySet[SecurityEvent]:
    """Events without a link, the first made first."""
    return waiting(SecurityEvent.objects.filter(pk__gte=ids.first_id(settled)))


def _readable(events: QuerySet[SecurityEvent]) -> list[tuple[str, dict[str, Any]]]:
    """The first of them, each with what it holds. One that nobody can read is told of each time and holds no other up."""
    page = next(pages_of_ids(events[:BATCH]), [])
    facts = facts_by_id(page)
    for event_id in page:
        if event_id not in facts:
            logger.error("audit event cannot be read", extra={"event_id": event_id})
    return [(event_id, facts[event_id]) for event_id in page if event_id in facts]


def _sealed(before: AuditSeal, links: list[AuditLink], sign: Sign) -> AuditSeal:
    """The next seal, not stored yet."""
    head, moment = before.head, clock.epoch(clock.now())
    for link in links:
        head = next_head(head, link.position, link.digest)
    # A clock far ahead must not settle what is still to come, and nothing that was settled is open again.
    settled = max(before.settled, min(made_at(str(links[-1].event_id)), moment) - LATEST)
    seal = AuditSeal(number=before.number + 1, last=links[-1].position, head=head, settled=settled)
    seal.token = sign(
        {
            "seal": seal.number,
            "first": links[0].position,
            "last": seal.last,
            "before": before.head,
            "head": head,
            "settled": settled,
            "iat": moment,
        }
    )
    return seal
