"""Who is signed in in this browser, asked of SQL once per request.

Nothing cached can keep an ended session alive: the cache at most shortens the way to the `sid`.
"""

from django.http import HttpRequest

from idp.core.clock import now
from idp.login.browser_session import MEMO, claimed_sid
from idp.login.models import SsoSession
from idp.login.selectors import get_live_session
from idp.login.services.touch_session import touch_session


def current_session(request: HttpRequest) -> SsoSession | None:
    """The live session of this browser with its user, or None. One SELECT per request; none without a cookie."""
    if MEMO not in request.META:
        request.META[MEMO] = _read(request)
    session: SsoSession | None = request.META[MEMO]
    return session


def _read(request: HttpRequest) -> SsoSession | None:
    sid = claimed_sid(request)
    if sid is None:
        return None
    moment = now()
    session = get_live_session(sid=sid, at=moment)
    if session is not None:
        touch_session(session=session, at=moment)
    return session
