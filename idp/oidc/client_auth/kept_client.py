"""A resource server's registration as a copy (`idp.copies`): what proves it, and what it may be told."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from idp.copies.records import Drawer, keep
from idp.oidc.models import Client

CLIENTS = Drawer("client")


@dataclass(frozen=True, slots=True)
class KeptClient:
    """Columns of `Client` by their names. Only enabled clients are kept, and a change of the row voids the copy."""

    pk: int
    is_confidential: bool
    resource_identifiers: list[str]
    token_endpoint_auth_method: str
    client_secret: str
    previous_client_secret: str
    previous_client_secret_until: dt.datetime | None


def keep_client(client: Client, *, read_at: dt.datetime) -> None:
    """Keep what `KeptClient` holds of an enabled client that was read after `read_at`."""
    until = client.previous_client_secret_until
    facts = {
        "pk": client.pk,
        "is_confidential": client.is_confidential,
        "resource_identifiers": client.resource_identifiers,
        "token_endpoint_auth_method": client.token_endpoint_auth_method,
        "client_secret": client.client_secret,
        "previous_client_secret": client.previous_client_secret,
        "previous_client_secret_until": until.isoformat() if until else None,
    }
    keep(CLIENTS, client.client_id, made_of=[("client", client.pk)], read_at=read_at, facts=facts)


def client_from(facts: Mapping[str, Any]) -> KeptClient:
    """What `keep_client` kept."""
    until = facts["previous_client_secret_until"]
    return KeptClient(**{**facts, "previous_client_secret_until": dt.datetime.fromisoformat(until) if until else None})
