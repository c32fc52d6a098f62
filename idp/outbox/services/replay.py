"""Send a message again that was given up, after an operator saw to the reason. What was forgotten is never sent again."""

import uuid
from typing import TYPE_CHECKING

from idp.core import clock
from idp.outbox.selectors import dead_messages

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from idp.outbox.models import Message


def can_be_replayed(*, message_id: uuid.UUID) -> bool:
    """Whether this message was given up and is not forgotten."""
    return _kept(message_id).exists()


def replay(*, message_id: uuid.UUID) -> bool:
    """Whether there was such a message; it is open again, due now, with its whole lifetime before it."""
    message = _kept(message_id).first()
    if message is None:
        return False
    moment = clock.now()
    expires_at = moment + (message.expires_at - message.created_at)
    return bool(
        dead_messages()
        .filter(id=message_id)
        .update(dead_at=None, created_at=moment, next_attempt_at=moment, expires_at=expires_at)
    )


def _kept(message_id: uuid.UUID) -> "QuerySet[Message]":
    return dead_messages().filter(id=message_id, payload__isnull=False)
