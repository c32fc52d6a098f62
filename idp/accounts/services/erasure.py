"""The end of an account: asked for, taken back, begun, done. What other apps hold of the person is theirs to remove, in between.

Each is one conditional change, so each can be repeated and of several callers one makes it. The id is never used again: a new
account of the same address is another `sub`.
"""

import datetime as dt
import uuid

from django.db import transaction

from idp.accounts.models import User
from idp.accounts.services.set_active import set_active
from idp.audit.services import record
from idp.audit.types import Event
from idp.core import clock


@transaction.atomic
def schedule_erasure(*, user_id: uuid.UUID, due_at: dt.datetime) -> bool:
    """The account will be erased then; False when that was asked for before: the first date stays."""
    if not User.objects.filter(pk=user_id, erasure_due_at=None).update(erasure_due_at=due_at, updated_at=clock.now()):
        return False
    record(event=Event.DELETION_REQUESTED, user_id=user_id, detail={"due": due_at.isoformat()})
    return True


@transaction.atomic
def cancel_erasure(*, user_id: uuid.UUID) -> bool:
    """The account stays; False when nobody had asked for its end, or when that has begun."""
    closing = User.objects.filter(pk=user_id, is_active=True, erasure_due_at__isnull=False)
    if not closing.update(erasure_due_at=None, updated_at=clock.now()):
        return False
    record(event=Event.DELETION_CANCELLED, user_id=user_id)
    return True


@transaction.atomic
def begin_erasure(*, user_id: uuid.UUID, at: dt.datetime) -> bool:
    """From here there is no way back: nobody signs in any more, every session ends, and the clients hear of it.

    False when it is not due, or is gone already. Begun before and interrupted, it is begun again.
    """
    due = User.objects.select_for_update(no_key=True).filter(pk=user_id, erasure_due_at__lte=at)
    if due.values_list("pk", flat=True).first() is None:
        return False
    set_active(user_id=user_id, active=False)
    return True


@transaction.atomic
def delete_account(*, user_id: uuid.UUID) -> bool:
    """The last step: the row, with whatever still hangs on it, and the event that says so. False when it is gone already."""
    user = User.objects.select_for_update().filter(pk=user_id, is_active=False, erasure_due_at__isnull=False).first()
    if user is None:
        return False
    record(event=Event.ACCOUNT_ERASED, user_id=user_id)
    user.delete()
    return True
