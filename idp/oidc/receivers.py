"""News from below: sessions that ended take their tokens with them and are made known to their clients, in one transaction."""

import uuid
from collections.abc import Collection

from idp.login.signals import session_ended
from idp.oidc.logout.notices import notify_clients
from idp.oidc.tokens.revoke import revoke_sessions


def connect() -> None:
    """Called once when the app is ready; `dispatch_uid` makes a second call harmless."""
    session_ended.connect(_revoke_tokens, dispatch_uid="oidc.revoke-tokens-of-ended-session")
    session_ended.connect(_notify_clients, dispatch_uid="oidc.notify-clients-of-ended-session")


def _revoke_tokens(*, sids: Collection[uuid.UUID], **_facts: object) -> None:
    """Ended means dead at once for every token of the sessions; merely expired ones send no such news."""
    revoke_sessions(sids)


def _notify_clients(*, sids: Collection[uuid.UUID], **_facts: object) -> None:
    """Each client of a session is told, later and by the worker: no sign-out waits for a client."""
    for sid in sids:
        notify_clients(sid=sid)
