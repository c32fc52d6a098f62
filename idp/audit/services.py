"""Writing the audit trail. Called by every service that changes what somebody may do."""

import uuid
from collections.abc import Mapping

import structlog

from idp.audit.actor import actor, because
from idp.audit.models import SecurityEvent
from idp.audit.selectors import pseudonym_of
from idp.audit.signals import recorded
from idp.audit.types import Event

_MAX_VALUE = 200
_MAX_CLIENT_ID = 255


def record(
    *,
    event: Event,
    user_id: uuid.UUID | None = None,
    client_id: str = "",
    sid: uuid.UUID | None = None,
    browser: str = "",
    detail: Mapping[str, str] | None = None,
) -> None:
    """Append one event inside the caller's transaction: if the change is rolled back, so is its record.

    `browser` is `core.browser.browser_key`; `detail` holds short facts such as a reason, never an address, a name or a
    secret, and is cut to 200 characters a value. While somebody acts for others (`actor.acting`) it names them as `by`, and says
    why as `because`.
    Who listens (`signals.recorded`) is told in the same transaction.
    Raises `django.db.Error` when it cannot be written: no silent changes.
    """
    by, why = actor(), because()
    facts = {**(detail or {}), **({"by": pseudonym_of(by)} if by else {}), **({"because": why} if why else {})}
    SecurityEvent.objects.create(
        event=event,
        pseudonym=pseudonym_of(user_id) if user_id else "",
        client_id=_storable(client_id, _MAX_CLIENT_ID),
        sid=sid,
        browser=browser,
        request_id=str(structlog.contextvars.get_contextvars().get("request_id", "")),
        detail={name: _storable(value, _MAX_VALUE) for name, value in facts.items()},
    )
    recorded.send(sender=SecurityEvent, event=event, user_id=user_id, sid=sid, detail=detail or {})


def record_each(*, event: Event, details: Mapping[uuid.UUID, Mapping[str, str]]) -> None:
    """The same event for many accounts at once, each with its `detail`: one INSERT, in the caller's transaction."""
    SecurityEvent.objects.bulk_create(
        SecurityEvent(
            event=event,
            pseudonym=pseudonym_of(user_id),
            detail={name: _storable(value, _MAX_VALUE) for name, value in detail.items()},
        )
        for user_id, detail in details.items()
    )
    for user_id, detail in details.items():
        recorded.send(sender=SecurityEvent, event=event, user_id=user_id, detail=detail)


def _storable(text: str, limit: int) -> str:
    """Cut to `limit` characters, without what PostgreSQL cannot hold: a caller's text may bring NUL or a lone surrogate."""
    return text[:limit].encode(errors="ignore").decode().replace("\x00", "")
