"""Reading the audit trail by person; the id is turned into its pseudonym first."""

import datetime as dt
import uuid
from collections.abc import Iterable

from idp.audit.models import SecurityEvent
from idp.audit.types import Event
from idp.core import crypto


def pseudonym_of(user_id: uuid.UUID) -> str:
    """64 hexadecimal characters that stand for an account and cannot be traced back to it without the look-up key."""
    return crypto.keyed_digest(user_id.bytes, label="audit.pseudonym").hex()


def list_events(*, user_id: uuid.UUID, limit: int | None = 100) -> list[SecurityEvent]:
    """The newest events of one account, newest first; without a limit, all."""
    return list(SecurityEvent.objects.filter(pseudonym=pseudonym_of(user_id))[:limit])


def has_happened(*, user_id: uuid.UUID, event: Event) -> bool:
    """Whether this ever happened to one account, as far as the trail goes back (`retention.py`)."""
    return SecurityEvent.objects.filter(pseudonym=pseudonym_of(user_id), event=event).exists()


def times_of(*, user_id: uuid.UUID, event: Event, since: dt.datetime, browser: str = "") -> list[dt.datetime]:
    """When this happened to one account since then, oldest first; in one browser alone, where that is named."""
    rows = SecurityEvent.objects.filter(pseudonym=pseudonym_of(user_id), event=event, at__gt=since)
    rows = rows.filter(browser=browser) if browser else rows
    return list(rows.order_by("at").values_list("at", flat=True))


def done_lately(*, user_id: uuid.UUID, event: Event, by: uuid.UUID, since: dt.datetime) -> bool:
    """Whether this member of staff did this to one account after that moment."""
    rows = SecurityEvent.objects.filter(pseudonym=pseudonym_of(user_id), event=event, at__gt=since)
    return rows.filter(detail__by=pseudonym_of(by)).exists()


def accounts_with(*, event: Event, among: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Those accounts, there or gone, to which this ever happened: one query."""
    by_pseudonym = {pseudonym_of(user_id): user_id for user_id in among}
    found = SecurityEvent.objects.filter(event=event, pseudonym__in=by_pseudonym).values_list("pseudonym", flat=True)
    return {by_pseudonym[pseudonym] for pseudonym in found}
