"""Finding a registered client by its `client_id` (RFC 6749 §2.2)."""

import re

from idp.core.specs import implements
from idp.oidc.models import Client

# What `registry/schema.py` lets a client be called.
CLIENT_ID = r"^[A-Za-z0-9._~-]{1,100}$"
_CLIENT_ID = re.compile(CLIENT_ID)


@implements("RFC 6749", "2.2")
def find_client(client_id: str) -> Client | None:
    """The client, enabled or not: one SELECT, and none for a text no client can be called (PostgreSQL refuses a NUL)."""
    return Client.objects.filter(client_id=client_id).first() if _CLIENT_ID.fullmatch(client_id) else None


def find_enabled_client(client_id: str) -> Client | None:
    """The same, unless it was switched off."""
    client = find_client(client_id)
    return client if client is not None and client.enabled else None
