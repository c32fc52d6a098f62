"""Disable or enable an account. Disabling is news: whoever holds sessions or tokens of this person must end them."""

import uuid

from django.db import transaction

from idp.accounts.errors import NoSuchAccount
from idp.accounts.models import User
from idp.accounts.signals import user_deactivated
from idp.audit.services import record
from idp.audit.types import Event
from idp.core import clock


def set_active(*, user_id: uuid.UUID, active: bool) -> bool:
    """Whether anything changed. All or nothing: if a receiver of the news fails, so does this. Raises NoSuchAccount."""
    with transaction.atomic():
        # One conditional UPDATE: of two callers at once, one makes the change and tells the news.
        changed = User.objects.filter(pk=user_id, is_active=not active).update(is_active=active, updated_at=clock.now())
        if not changed:
            if not User.objects.filter(pk=user_id).exists():
                raise NoSuchAccount(detail=f"account {user_id}")
            return False
        record(event=Event.USER_REACTIVATED if active else Event.USER_DEACTIVATED, user_id=user_id)
        if not active:
            user_deactivated.send(sender=User, user_id=user_id)
    return True
