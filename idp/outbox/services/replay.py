"""Send a message again that was given up, after an operator saw to the reason. What was forgotten is never sent again."""

import uuid

from idp.core import clock
from idp.outbox.selectors import dead_messages


def replay(*, message_id: uuid.UUID) -> bool:
    """Whether there was such a message; it is open again, due now, with its whole lifetime before it."""
    message = dead_messages().filter(id=message_id, payload__isnull=False).first()
    if message is None:
        return False
    moment = clock.now()
    expires_at = moment + (message.expires_at - message.created_at)
    return bool(
        dead_messages()
        .filter(id=message_id)
        .update(dead_at=None, created_at=moment, next_attempt_at=moment, expires_at=expires_at)
    )
