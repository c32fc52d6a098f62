"""Give an account another role. An operator's act: nobody makes themselves one who works for the platform."""

import uuid

from django.db import transaction

from idp.accounts.errors import NoSuchAccount
from idp.accounts.models import User
from idp.accounts.roles import Role, works_for_platform
from idp.accounts.signals import role_changed
from idp.audit.services import record
from idp.audit.types import Event


@transaction.atomic
def change_role(*, user_id: uuid.UUID, role: Role) -> bool:
    """Whether anything changed. All or nothing: if a receiver of the news fails, so does this. Raises NoSuchAccount."""
    user = User.objects.select_for_update(no_key=True).filter(pk=user_id).first()
    if user is None:
        raise NoSuchAccount(detail=f"account {user_id}")
    if user.role == role:
        return False
    user.role, user.is_staff = role, works_for_platform(role)
    user.save(update_fields={"role", "is_staff"})
    record(event=Event.USER_UPDATED, user_id=user_id, detail={"fields": "role", "role": role})
    role_changed.send(sender=User, user_id=user_id)
    return True
