"""End sessions by an act: sign-out, revocation, a disabled account, a changed password, another user in the browser.

One conditional UPDATE decides, so of many callers exactly one ends a session, audits it and sends the news. A session
that merely ran out of time can still be ended: offline access may outlive it, and the act is meant to stop that too.
"""

import uuid

from django.db import transaction

from idp.audit.services import record
from idp.audit.types import Event
from idp.core.clock import now
from idp.core.specs import implements
from idp.login.models import SsoSession
from idp.login.signals import session_ended
from idp.login.types import EndReason
from idp.mfa.remembered_device.services.forget import forget_all


@transaction.atomic
@implements("OWASP ASVS 5.0", "7.4.1")
def end_session(*, sid: uuid.UUID, reason: EndReason | str) -> bool:
    """End one session; says whether it was this call that did. Raises ValueError for a reason not in `EndReason`."""
    why = EndReason(reason)
    if not _mark_ended(sid, why):
        return False
    user_id = SsoSession.objects.values_list("user_id", flat=True).get(id=sid)
    _tell(user_id, (sid,), why)
    return True


@transaction.atomic
def end_user_sessions(*, user_id: uuid.UUID, reason: EndReason | str, but: uuid.UUID | None = None) -> int:
    """End every session of a person, all or none, `but` the one that is named; says how many.

    Whatever ends them all (sign-out everywhere, another password, other factors, a disabled account) makes every remembered
    device forgotten too, with or without a session.
    """
    # In one order, so that two callers cannot wait for each other's rows.
    why = EndReason(reason)
    forget_all(user_id=user_id, why=why)
    sids = SsoSession.objects.filter(user_id=user_id, ended_at__isnull=True).order_by("id").values_list("id", flat=True)
    ended = tuple(sid for sid in list(sids) if sid != but and _mark_ended(sid, why))
    if ended:
        _tell(user_id, ended, why)
    return len(ended)


def _mark_ended(sid: uuid.UUID, why: EndReason) -> bool:
    """The conditional UPDATE that decides."""
    return SsoSession.objects.filter(id=sid, ended_at__isnull=True).update(ended_at=now(), end_reason=why) == 1


def _tell(user_id: uuid.UUID, sids: tuple[uuid.UUID, ...], why: EndReason) -> None:
    """One audit row a session, and the news of all of them together."""
    for sid in sids:
        record(event=Event.SESSION_ENDED, user_id=user_id, sid=sid, detail={"reason": why})
    # `send`, not `send_robust`: if a token cannot be revoked, no session is ended either, and the caller hears it.
    session_ended.send(sender=SsoSession, sids=sids, user_id=user_id, reason=why)
