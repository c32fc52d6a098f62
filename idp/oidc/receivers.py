"""News from below: a session that ended takes its tokens with it, in the same transaction."""

import uuid

from idp.login.signals import session_ended
from idp.oidc.tokens.revoke import revoke_session


def connect() -> None:
    """Called once when the app is ready; `dispatch_uid` makes a second call harmless."""
    session_ended.connect(_revoke_tokens, dispatch_uid="oidc.revoke-tokens-of-ended-session")


def _revoke_tokens(*, sid: uuid.UUID, **_facts: object) -> None:
    """Ended means dead at once for every token of the session; merely expired sessions send no such news."""
    revoke_session(sid)
