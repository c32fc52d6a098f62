"""A client's registration as a copy (`idp.copies`): the whole row, and in front of it what a resource server is judged by."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import DEFAULT_DB_ALIAS

from idp.copies.records import Copy, Drawer, find, keep
from idp.oidc.models import Client

CLIENTS = Drawer("client")
# Registrations that are parsed already, by their exact bytes.
_PARSED = 256


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
    """Keep an enabled client whose row was read after `read_at`: from SQL, for a copy of a copy would outlive a change."""
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
    row = [getattr(client, field.attname) for field in Client._meta.concrete_fields]
    body = json.dumps(row, cls=_Exactly).encode()
    keep(CLIENTS, client.client_id, made_of=[("client", client.pk)], read_at=read_at, facts=facts, body=body)


def client_from(facts: Mapping[str, Any]) -> KeptClient:
    """What `keep_client` kept for the fast path."""
    until = facts["previous_client_secret_until"]
    return KeptClient(**{**facts, "previous_client_secret_until": dt.datetime.fromisoformat(until) if until else None})


def find_kept_client(client_id: str) -> Client | None:
    """The client of a copy that may be believed now; None without one, which says nothing about the client."""
    (kept,) = find((CLIENTS, client_id))
    return _client_of(kept) if kept is not None else None


def _client_of(kept: Copy) -> Client | None:
    """A row of another release, whose columns were others, is no row."""
    values = _parsed(kept.body)
    if values is None:
        return None
    return Client.from_db(DEFAULT_DB_ALIAS, [field.attname for field in Client._meta.concrete_fields], values)


@lru_cache(maxsize=_PARSED)
def _parsed(body: bytes) -> tuple[Any, ...] | None:
    """The columns as SQL gives them. Lists in them are shared by whoever reads this client, and nobody changes a list."""
    fields = Client._meta.concrete_fields
    values = json.loads(body)
    if len(values) != len(fields):
        return None
    return tuple(field.to_python(value) for field, value in zip(fields, values, strict=True))


class _Exactly(DjangoJSONEncoder):
    """Moments with their microseconds: what is kept is what SQL said."""

    def default(self, o: object) -> Any:  # noqa: ANN401 - json's own
        """ISO 8601 for a moment."""
        return o.isoformat() if isinstance(o, dt.datetime) else super().default(o)
