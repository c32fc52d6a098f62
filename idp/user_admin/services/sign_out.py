"""End somebody's sessions: all of them, or one. Every token that came of them ends with them, offline access too."""

import uuid

from idp.login.models import SsoSession
from idp.login.services.end_session import end_session, end_user_sessions
from idp.login.types import EndReason
from idp.user_admin.authority import Order, carried_out
from idp.user_admin.errors import NoSuchSession
from idp.user_admin.notices import Done, tell_of


def end_all_sessions(order: Order) -> int:
    """How many ended. Raises as `carried_out`."""
    with carried_out(order, on_oneself=True) as person:
        ended = end_user_sessions(user_id=person.pk, reason=EndReason.REVOKED)
        if ended:
            tell_of(Done.SIGNED_OUT, user=person)
        return ended


def end_one_session(order: Order, *, sid: uuid.UUID) -> None:
    """That session of this account is over, expired or not. Raises as `carried_out`, and NoSuchSession."""
    with carried_out(order, on_oneself=True) as person:
        is_theirs = SsoSession.objects.filter(id=sid, user_id=person.pk).exists()
        if not is_theirs or not end_session(sid=sid, reason=EndReason.REVOKED):
            raise NoSuchSession(detail=f"session {sid}")
        tell_of(Done.SIGNED_OUT, user=person)
