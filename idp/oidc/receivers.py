"""News from below: sessions that ended take their tokens with them and are made known to their clients, an account that finds its
owner has allowed nobody anything, and what happens to accounts is announced to whoever registered for it. In the transaction
of the news.
"""

import uuid
from collections.abc import Collection, Mapping

from django.db.models.signals import pre_delete

from idp.accounts.signals import account_claimed
from idp.audit.models import SecurityEvent
from idp.audit.signals import recorded
from idp.audit.types import Event
from idp.copies.marks import mark_changed
from idp.login.signals import session_ended
from idp.oidc.authorize.remembered_consent import withdraw_consents
from idp.oidc.events.announce import announce
from idp.oidc.events.vocabulary import news_of
from idp.oidc.logout.notices import notify_clients
from idp.oidc.models import Client
from idp.oidc.tokens.revoke import revoke_sessions


def connect() -> None:
    """Called once when the app is ready; `dispatch_uid` makes a second call harmless."""
    session_ended.connect(_revoke_tokens, dispatch_uid="oidc.revoke-tokens-of-ended-session")
    session_ended.connect(_notify_clients, dispatch_uid="oidc.notify-clients-of-ended-session")
    recorded.connect(_announce, sender=SecurityEvent, dispatch_uid="oidc.announce-what-is-recorded")
    pre_delete.connect(_void_copies, sender=Client, dispatch_uid="oidc.void-copies-of-the-deleted-client")
    account_claimed.connect(_withdraw_consents, dispatch_uid="oidc.withdraw-consents-of-claimed-account")


def _void_copies(*, instance: Client, **_signal: object) -> None:
    """A client whose row goes is known no more, and neither are its tokens."""
    mark_changed("client", instance.pk)


def _revoke_tokens(*, sids: Collection[uuid.UUID], **_facts: object) -> None:
    """Ended means dead at once for every token of the sessions; merely expired ones send no such news."""
    revoke_sessions(sids)


def _notify_clients(*, sids: Collection[uuid.UUID], **_facts: object) -> None:
    """Each client of a session is told, later and by the worker: no sign-out waits for a client."""
    for sid in sids:
        notify_clients(sid=sid)


def _withdraw_consents(*, user_id: uuid.UUID, **_facts: object) -> None:
    """What somebody allowed before the owner was known; what clients hold by it goes too."""
    withdraw_consents(user_id=user_id)


def _announce(
    *, event: Event, user_id: uuid.UUID | None, detail: Mapping[str, str], sid: uuid.UUID | None = None, **_signal: object
) -> None:
    """The trail is written by every service that changes an account, so nothing that changes one can stay unsaid."""
    if user_id is not None:
        for name, facts in news_of(event, detail, sid):
            announce(user_id=user_id, name=name, facts=facts)
