"""The audit trail as lines of JSON: what `verifier.py` reads, and what an auditor takes along."""

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Exists, OuterRef

from idp.audit.models import AuditLink, AuditSeal, SecurityEvent
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
    unlinked = SecurityEvent.objects.exclude(Exists(AuditLink.objects.filter(event_id=OuterRef("pk")))).order_by("pk")
    for event_id in unlinked.values_list("pk", flat=True).iterator(_PAGE):
        yield {"kind": "waiting", "id": str(event_id)}
    yield {"kind": "end"}


def _linked(after: int, last: int) -> Iterator[dict[str, Any]]:
    """The events of one seal in their order."""
    links = AuditLink.objects.filter(position__gt=after, position__lte=last).order_by("position")
    while page := list(links.filter(position__gt=after)[:_PAGE]):
        yield from _lines_of(page)
        after = page[-1].position


def _lines_of(links: Sequence[AuditLink]) -> Iterator[dict[str, Any]]:
    found = _facts([link.event_id for link in links])
    for link in links:
        event = found.get(link.event_id)
        yield {"kind": "event", "position": link.position, "id": str(link.event_id), "digest": link.digest, "event": event}


def _facts(event_ids: list[Any]) -> dict[Any, dict[str, Any]]:
    """By id; without those that are gone or that nobody can read any more, because a shell wrote no time or no JSON."""
    try:
        return {event.pk: facts_of(event) for event in SecurityEvent.objects.filter(pk__in=event_ids)}
    except (ValueError, TypeError, AttributeError):
        if len(event_ids) == 1:
            return {}
        return {event_id: facts for one in event_ids for event_id, facts in _facts([one]).items()}
