"""Finding a registered client by its `client_id` (RFC 6749 §2.2): from its copy, where there are copies, else from SQL."""

import re

from idp.core import clock
from idp.core.specs import implements
from idp.oidc.models import Client
from idp.oidc.provider.kept_client import find_kept_client, keep_client

# What `registry/schema.py` lets a client be called.
CLIENT_ID = r"^[A-Za-z0-9._~-]{1,100}$"
_CLIENT_ID = re.compile(CLIENT_ID)


@implements("RFC 6749", "2.2")
def find_client(client_id: str) -> Client | None:
    """The client, enabled or not: at most one SELECT, and none for a text no client can be called (PostgreSQL refuses a NUL).

    Whoever is about to change it reads it for itself: a copy is for reading.
    """
    if not _CLIENT_ID.fullmatch(client_id):
        return None
    kept = find_kept_client(client_id)
    if kept is not None:
        return kept
    read_at = clock.now()
    client = Client.objects.filter(client_id=client_id).first()
    if client is not None and client.enabled:
        keep_client(client, read_at=read_at)
    return client


def find_enabled_client(client_id: str) -> Client | None:
    """The same, unless it was switched off."""
    client = find_client(client_id)
    return client if client is not None and client.enabled else None
