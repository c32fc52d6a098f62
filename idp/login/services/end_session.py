"""End sessions by an act: sign-out, revocation, a disabled account, a changed password, another user in the browser.

One conditional UPDATE decides, so of many callers exactly one ends a session, audits it and sends the news. A session
that merely ran out of time can still be ended: offline access may outlive it, and the act is meant to stop that too.
"""

import uuid

from django.db import transaction

from idp.audit.services import record
from idp.audit.types import Event
from idp.core.clock import now
from idp.login.models import SsoSession
from idp.login.signals import session_ended
from idp.login.types import EndReason


@transaction.atomic
def end_session(*, sid: uuid.UUID, reason: EndReason | str) -> bool:
    """End one session; says whether it was this call that did. Raises ValueError for a reason not in `EndReason`."""
    why = EndReason(reason)
    ended = SsoSession.objects.filter(id=sid, ended_at__isnull=True).update(ended_at=now(), end_reason=why)
    if not ended:
        return False
    user_id = SsoSession.objects.values_list("user_id", flat=True).get(id=sid)
    record(event=Event.SESSION_ENDED, user_id=user_id, sid=sid, detail={"reason": why})
    # `send`, not `send_robust`: if a token cannot be revoked, the session is not ended either, and the caller hears it.
    session_ended.send(sender=SsoSession, sid=sid, user_id=user_id, reason=why)
    return True


@transaction.atomic
def end_user_sessions(*, user_id: uuid.UUID, reason: EndReason | str) -> int:
    """End every session of a person, all or none; says how many."""
    # In one order, so that two callers cannot wait for each other's rows.
    sids = SsoSession.objects.filter(user_id=user_id, ended_at__isnull=True).order_by("id").values_list("id", flat=True)
    return sum(end_session(sid=sid, reason=reason) for sid in list(sids))
