"""Add many finished accounts at once: people who had one elsewhere. Everybody else's is made by `create_user`."""

from collections.abc import Sequence

from django.db import transaction

from idp.accounts.models import User
from idp.audit.services import record_each
from idp.audit.types import Event


@transaction.atomic
def add_users(*, users: Sequence[User], via: str) -> None:
    """All of them or none, with the event of each. Raises IntegrityError when one holds what another account has."""
    User.objects.bulk_create(users)
    record_each(event=Event.USER_CREATED, details={user.pk: _facts(user, via) for user in users})


def _facts(user: User, via: str) -> dict[str, str]:
    """For the trail. A permission that was given elsewhere is told, because no text of ours stands behind it."""
    marketing = {"marketing": "allowed elsewhere"} if user.marketing_allowed else {}
    return {"role": user.role, "via": via, **marketing}
