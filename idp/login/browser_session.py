"""The browser's side of a session: the cookie, the Django session behind it, and the CSRF token. For views only.

The Django session holds the `sid` and nothing else. Its key and the CSRF token are new after every sign-in and
sign-out, so one that was planted before never leads to the person who signs in (OWASP ASVS 5.0 V7.2.4).
"""

import uuid

from django.http import HttpRequest
from django.middleware.csrf import rotate_token

from idp.login.models import SsoSession

SID = "sid"
# Where `current.py` remembers, for the rest of this request, which session the browser has.
MEMO = "idp.login.session"


def sign_in(request: HttpRequest, session: SsoSession) -> None:
    """Let this browser hold `session` under a new key."""
    _start_over(request)
    request.session[SID] = str(session.id)


def sign_out(request: HttpRequest) -> None:
    """Let this browser hold nothing. Ending the session itself is `services.end_session`."""
    _start_over(request)


def claimed_sid(request: HttpRequest) -> uuid.UUID | None:
    """The sid the browser's session names; whether it still counts is for SQL to say."""
    text = request.session.get(SID)
    try:
        return uuid.UUID(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _start_over(request: HttpRequest) -> None:
    request.session.flush()
    rotate_token(request)
    request.META.pop(MEMO, None)
