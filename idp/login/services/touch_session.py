"""Note that a session is in use, at most once a minute: the idle end needs no more, and reading stays cheap."""

import datetime as dt

from idp.core.clock import seconds
from idp.login.models import SsoSession

_EVERY_SECONDS = 60


def touch_session(*, session: SsoSession, at: dt.datetime) -> None:
    """Move the idle end. One UPDATE that cannot revive a session ended meanwhile; none within a minute of the last."""
    stale = at - seconds(_EVERY_SECONDS)
    if session.last_seen_at > stale:
        return
    SsoSession.objects.filter(id=session.id, ended_at__isnull=True, last_seen_at__lte=stale).update(last_seen_at=at)
    session.last_seen_at = at
