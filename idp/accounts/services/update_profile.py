"""Change what a person tells about themselves. The only way their own profile changes."""

import uuid

from django.db import transaction

from idp.accounts.errors import NoSuchAccount
from idp.accounts.models import User
from idp.accounts.schemas import ProfileChange
from idp.audit.services import record
from idp.audit.types import Event

_PARTS_OF_NAME = ("given_name", "middle_name", "family_name")


def update_profile(*, user_id: uuid.UUID, change: ProfileChange, client_id: str = "") -> tuple[User, frozenset[str]]:
    """The stored account and the names of what differs now; `client_id` is the application that asked, if one did.

    Nothing is written when nothing differs. Raises NoSuchAccount.
    """
    with transaction.atomic():
        # Locked: of two changes at once the second sees the first, so that the full name fits its parts.
        user = User.objects.select_for_update().filter(pk=user_id, is_active=True).first()
        if user is None:
            raise NoSuchAccount(detail=f"account {user_id}")
        changed = _apply(user, change)
        if changed:
            user.save(update_fields=changed)
            record(event=Event.USER_UPDATED, user_id=user_id, client_id=client_id, detail={"fields": " ".join(sorted(changed))})
    return user, frozenset(changed)


def _apply(user: User, change: ProfileChange) -> set[str]:
    """Set the members that differ; the full name follows its parts where it was put together from them."""
    was_put_together = user.name in {"", full_name(user)}
    changed = {name for name, value in change.members().items() if getattr(user, name) != value}
    for name in changed:
        setattr(user, name, change.members()[name])
    if was_put_together and changed.intersection(_PARTS_OF_NAME):
        user.name = full_name(user)
        changed.add("name")
    return changed


def full_name(user: User) -> str:
    """Put together from its parts, at most 255 characters."""
    return " ".join(part for name in _PARTS_OF_NAME if (part := getattr(user, name)))[:255]
