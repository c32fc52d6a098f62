"""Remember who has to be told, at the moment a client gets an ID token."""

import uuid

from idp.core.specs import implements
from idp.oidc.models import Client, SessionClient


@implements("OIDC Back-Channel Logout", "2.5")
def note_participant(*, client: Client, sid: uuid.UUID, scopes: tuple[str, ...]) -> None:
    """At most one INSERT, and none for a client that does not want to be told. Inside the transaction that issues.

    The caller holds the session's row: a sign-out at the same moment either sees this client or nothing was issued.
    """
    if client.backchannel_logout_uri and "openid" in scopes:
        SessionClient.objects.bulk_create([SessionClient(session_id=sid, client=client)], ignore_conflicts=True)


def participants(*, sid: uuid.UUID) -> list[SessionClient]:
    """The clients of a session, each with its session and person."""
    rows = SessionClient.objects.filter(session_id=sid, client__enabled=True).exclude(client__backchannel_logout_uri="")
    return list(rows.select_related("client", "session__user"))
