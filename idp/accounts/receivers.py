"""A person hears of every change in how their account is protected (OWASP ASVS 5.0 6.3.7), whichever page, API or staff made it.

What is recorded in the audit trail is what is told, so nothing that changes a factor or a password can forget to.
"""

import uuid
from collections.abc import Mapping

from django.db.models.signals import pre_delete

from idp.accounts.models import User
from idp.accounts.services.tell import tell_of_change
from idp.audit.models import SecurityEvent
from idp.audit.signals import recorded
from idp.audit.types import Event
from idp.copies.marks import mark_changed
from idp.core.specs import implements

# The mails `frontend/templates/email/EVENT.html`.
TOLD = frozenset(
    {
        Event.FACTOR_ADDED,
        Event.FACTOR_REMOVED,
        Event.FACTORS_RESET,
        Event.RECOVERY_CODES_MADE,
        Event.RECOVERY_CODE_USED,
        Event.PASSWORD_CHANGED,
        Event.UPSTREAM_LINKED,
        Event.UPSTREAM_UNLINKED,
    }
)

# Ways to a change whose own message says more.
_TELL_THEMSELVES = frozenset({"staff"})


def connect() -> None:
    """Hear what is recorded."""
    recorded.connect(_tell_the_person, sender=SecurityEvent, dispatch_uid="accounts.tell-the-person")
    pre_delete.connect(_void_copies, sender=User, dispatch_uid="accounts.void-copies-of-the-deleted")


def _void_copies(*, instance: User, **_signal: object) -> None:
    """What was said of a person is said no more once the row is gone, whichever way it goes; in the transaction of that."""
    mark_changed("person", instance.pk)


@implements("OWASP ASVS 5.0", "6.3.7")
def _tell_the_person(*, event: Event, user_id: uuid.UUID | None, detail: Mapping[str, str], **_signal: object) -> None:
    """In the transaction of the change. Raises `OutsideTransaction` for a change that is made outside one."""
    if event not in TOLD or user_id is None or detail.get("via") in _TELL_THEMSELVES:
        return
    user = User.objects.filter(pk=user_id).first()
    if user is not None:
        # A thief of one mailbox or phone must not be the only one who hears of it.
        tell_of_change(user=user, event=event, context=detail, everywhere=detail.get("via") == "recovery")
