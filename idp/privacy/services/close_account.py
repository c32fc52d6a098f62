"""Ask for the deletion of one's account, and take that back. In between no application gets anything, and nothing is lost yet."""

import datetime as dt

from django.conf import settings
from django.db import transaction

from idp.accounts.services.erasure import cancel_erasure, schedule_erasure
from idp.accounts.services.tell import tell
from idp.core import clock
from idp.core.auth_context import AuthContext
from idp.login.services.end_session import end_user_sessions
from idp.login.services.remember_device import forget_devices
from idp.login.types import EndReason
from idp.privacy.errors import AlreadyClosing, NotClosing
from idp.privacy.services.proof import hold_confirmed


@transaction.atomic
def close_account(*, actor: AuthContext) -> dt.datetime:
    """When it will be erased. Every session of the person ends, this one too, with all tokens; the clients are told.

    Raises `SessionOver`, `ConfirmFirst`, `AlreadyClosing`.
    """
    user = hold_confirmed(actor)
    due_at = clock.now() + dt.timedelta(days=settings.IDP_ERASURE_DAYS)
    if not schedule_erasure(user_id=user.pk, due_at=due_at):
        raise AlreadyClosing(detail=f"due {user.erasure_due_at}")
    # Told in time or not at all: on that day nothing of the person is left, their messages included.
    tell(user=user, template="deletion_requested", useful_until=due_at, context={"day": f"{due_at:%Y-%m-%d}"})
    end_user_sessions(user_id=user.pk, reason=EndReason.DELETION_REQUESTED)
    forget_devices(user_id=user.pk)
    return due_at


def keep_account(*, actor: AuthContext) -> None:
    """The account stays. The sign-in behind it is newer than the wish, which ended all others. Raises `NotClosing`."""
    if not cancel_erasure(user_id=actor.user_id):
        raise NotClosing(detail="no deletion was asked for, or it has begun")
