"""Sign out elsewhere: one session of one's own, or all but the one that asks. Their tokens die with them.

No fresh proof: whoever finds a stranger on the list must be able to act at once, and the worst a thief can do here is to sign
the owner out.
"""

import uuid

from django.db import transaction

from idp.core.auth_context import AuthContext
from idp.core.specs import implements
from idp.login.models import SsoSession
from idp.login.services.end_session import end_session, end_user_sessions
from idp.login.types import EndReason
from idp.self_service.errors import NoSuchSession


@transaction.atomic
@implements("OWASP ASVS 5.0", "7.5.2")
def end_one(*, actor: AuthContext, sid: uuid.UUID) -> None:
    """That session is over. Raises `NoSuchSession` when it is not theirs or was over before."""
    is_theirs = SsoSession.objects.filter(id=sid, user_id=actor.user_id).exists()
    if not is_theirs or not end_session(sid=sid, reason=EndReason.REVOKED):
        raise NoSuchSession(detail=f"session {sid}")


def end_others(*, actor: AuthContext) -> int:
    """Every session but the one that asks is over; says how many."""
    return end_user_sessions(user_id=actor.user_id, reason=EndReason.REVOKED, but=actor.sid)
