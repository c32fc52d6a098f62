"""When a session was ended by an act, write one message for each client that took part in it."""

import datetime as dt
import uuid
from urllib.parse import urlsplit

from idp.core.specs import implements
from idp.oidc.jose.subject import subject_for
from idp.oidc.logout.delivery import LOGOUT_NOTICE, LogoutNotice, deliver_notice, record_given_up
from idp.oidc.logout.participants import participants
from idp.outbox.handlers import register_handler
from idp.outbox.services.enqueue import enqueue
from idp.outbox.types import Handler

# A client that is down for longer has lost its own sessions, or finds out at its next request here.
_LIFETIME = dt.timedelta(hours=24)


@implements("OIDC Back-Channel Logout", "2.5")
def notify_clients(*, sid: uuid.UUID) -> int:
    """One INSERT a client, in the transaction that ends the session; returns how many will be told."""
    told = participants(sid=sid)
    for row in told:
        user, client = row.session.user, row.client
        notice = LogoutNotice(client_id=client.client_id, subject=subject_for(user, client), sid=str(sid), user_id=str(user.pk))
        # One that is slow delays only what goes to the same host.
        enqueue(kind=LOGOUT_NOTICE, payload=notice, receiver=urlsplit(client.backchannel_logout_uri).netloc)
    return len(told)


def register() -> None:
    """Announce the kind of message; called once when Django has loaded the models."""
    register_handler(
        Handler(kind=LOGOUT_NOTICE, schema=LogoutNotice, deliver=deliver_notice, gave_up=record_given_up, lifetime=_LIFETIME)
    )
