"""The audit trail as lines of JSON: what `verifier.py` reads, and what an auditor takes along."""

import datetime as dt
import json
import uuid
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.db.models import CharField, Exists, OuterRef, QuerySet
from django.db.models.functions import Cast

from idp.audit.models import AuditAnchor, AuditLink, AuditSeal, SecurityEvent
from idp.core import clock

_PAGE = 1000


def facts_of(event: SecurityEvent) -> dict[str, Any]:
    """All that a row holds, as its digest is made of it: strings, and null for no session."""
    return {
        "id": str(event.pk),
        "event": event.event,
        "at": event.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        "pseudonym": event.pseudonym,
        "client_id": event.client_id,
        "sid": str(event.sid) if event.sid else None,
        "browser": event.browser,
        "request_id": event.request_id,
        "detail": event.detail,
    }


def export_lines() -> Iterator[str]:
    """One JSON object each, page by page; may run beside the worker."""
    for line in _objects():
        yield json.dumps(line)


def _objects() -> Iterator[dict[str, Any]]:
    yield {"kind": "trail", "version": 1, "exported_at": clock.epoch(clock.now())}
    number = last = 0
    # What is older was dropped (`retention.py`).
    if anchor := AuditAnchor.objects.order_by("-number").first():
        number, last = anchor.number, anchor.last
        yield {"kind": "anchor", "token": anchor.token}
    # Until there is no further seal: a worker may seal while this reads.
    while True:
        for seal in AuditSeal.objects.filter(number__gt=number).order_by("number").iterator(_PAGE):
            yield {"kind": "seal", "token": seal.token}
            yield from _linked(last, seal.last)
            number, last = seal.number, seal.last
        beyond = list(AuditLink.objects.filter(position__gt=last).order_by("position")[:_PAGE])
        if not AuditSeal.objects.filter(number__gt=number).exists():
            break
    # Before what nobody signed.
    yield from _lines_of(beyond)
    for page in pages_of_ids(waiting(SecurityEvent.objects.all())):
        readable = facts_by_id(page)
        for event_id in page:
            yield {"kind": "waiting", "id": event_id, "readable": event_id in readable}
    yield {"kind": "end"}


def _linked(after: int, last: int) -> Iterator[dict[str, Any]]:
    """The events of one seal in their order."""
    links = AuditLink.objects.filter(position__gt=after, position__lte=last).order_by("position")
    while page := list(links.filter(position__gt=after)[:_PAGE]):
        yield from _lines_of(page)
        after = page[-1].position


def _lines_of(links: Sequence[AuditLink]) -> Iterator[dict[str, Any]]:
    found = facts_by_id([str(link.event_id) for link in links])
    for link in links:
        event = found.get(str(link.event_id))
        yield {"kind": "event", "position": link.position, "id": str(link.event_id), "digest": link.digest, "event": event}


# --- Rows that nobody can read: a shell wrote no time, no JSON or no id ---------------------------------------------------
def waiting(events: QuerySet[SecurityEvent]) -> QuerySet[SecurityEvent]:
    """Those of them without a place in the chain, the first made first."""
    return events.exclude(Exists(AuditLink.objects.filter(event_id=OuterRef("pk")))).order_by("pk")


def pages_of_ids(events: QuerySet[SecurityEvent]) -> Iterator[list[str]]:
    """Their ids, a thousand at a time: as text, because one of them may be no id at all."""
    texts = events.annotate(text=Cast("pk", CharField())).values_list("text", flat=True).iterator(_PAGE)
    while page := [_dashed(text) for text in islice(texts, _PAGE)]:
        yield page


def _dashed(text: str) -> str:
    """As `str` writes an id: SQLite keeps it without dashes."""
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return text


def facts_by_id(event_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """By id; without those that are gone or that nobody can read."""
    try:
        return {str(event.pk): facts_of(event) for event in _found(event_ids)}
    except (ValueError, TypeError, AttributeError):
        if len(event_ids) == 1:
            return {}
        # In halves: of a thousand with one bad row some twenty questions are asked.
        half = len(event_ids) // 2
        return {**facts_by_id(event_ids[:half]), **facts_by_id(event_ids[half:])}


def _found(event_ids: Iterable[str]) -> QuerySet[SecurityEvent]:
    """Raises ValueError for what is no id."""
    return SecurityEvent.objects.filter(pk__in=[uuid.UUID(event_id) for event_id in event_ids])
