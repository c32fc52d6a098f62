"""Reading the audit trail by person; the id is turned into its pseudonym first."""

import uuid

from idp.audit.models import SecurityEvent
from idp.core import crypto


def pseudonym_of(user_id: uuid.UUID) -> str:
    """64 hexadecimal characters that stand for an account and cannot be traced back to it without the look-up key."""
    return crypto.keyed_digest(user_id.bytes, label="audit.pseudonym").hex()


def list_events(*, user_id: uuid.UUID, limit: int = 100) -> list[SecurityEvent]:
    """The newest events of one account, newest first."""
    return list(SecurityEvent.objects.filter(pseudonym=pseudonym_of(user_id))[:limit])
