"""What a person allows us to do with their data: news by mail, and a restriction of all use (GDPR Articles 7 and 18)."""

import uuid

from django.db import transaction

from idp.accounts.models import User
from idp.audit.services import record
from idp.audit.types import Event
from idp.core import clock


@transaction.atomic
def set_marketing(*, user_id: uuid.UUID, allowed: bool, text_version: str) -> bool:
    """Whether anything changed. `text_version` names the words the person read."""
    other = User.objects.filter(pk=user_id, marketing_allowed=not allowed)
    if not other.update(marketing_allowed=allowed, updated_at=clock.now()):
        return False
    event = Event.MARKETING_ALLOWED if allowed else Event.MARKETING_WITHDRAWN
    record(event=event, user_id=user_id, detail={"text_version": text_version})
    return True


@transaction.atomic
def set_restriction(*, user_id: uuid.UUID, restricted: bool) -> bool:
    """Whether anything changed."""
    moment = clock.now()
    other = User.objects.filter(pk=user_id, restricted_at__isnull=restricted)
    if not other.update(restricted_at=moment if restricted else None, updated_at=moment):
        return False
    record(event=Event.PROCESSING_RESTRICTED if restricted else Event.RESTRICTION_LIFTED, user_id=user_id)
    return True
