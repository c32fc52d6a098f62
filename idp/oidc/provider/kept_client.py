"""A client's registration as a copy (`idp.copies`): the whole row, and in front of it what a resource server is judged by."""

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Field

from idp.copies.records import Copy, Drawer, find, keep
from idp.oidc.models import Client

# Registrations that are parsed already, by their exact bytes.
_PARSED = 256


@dataclass(frozen=True, slots=True)
class KeptClient:
    """Columns of `Client` by their names. Only enabled clients are kept, and a change of the row voids the copy."""

    pk: int
    is_confidential: bool
    resource_identifiers: Sequence[str]
    token_endpoint_auth_method: str
    client_secret: str
    previous_client_secret: str
    previous_client_secret_until: dt.datetime | None


def shape_of(columns: "Sequence[Field[Any, Any]]") -> str:
    """What tells a row from that of another release: its columns, in order, because a copy has values alone."""
    told = [(column.attname, column.get_internal_type()) for column in columns]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


CLIENTS = Drawer(
    "client",
    facts=tuple(member.name for member in fields(KeptClient)),
    body=shape_of(Client._meta.concrete_fields),
    few=True,
)


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


def client_from(kept: Copy) -> KeptClient:
    """What `keep_client` kept for the fast path."""
    return _client_from(kept.told)


@lru_cache(maxsize=_PARSED)
def _client_from(told: bytes) -> KeptClient:
    """The same, by the exact bytes."""
    facts = json.loads(told)
    until = facts.pop("previous_client_secret_until")
    return KeptClient(**facts, previous_client_secret_until=dt.datetime.fromisoformat(until) if until else None)


def find_kept_client(client_id: str) -> Client | None:
    """The client of a copy that may be believed now; None without one, which says nothing about the client."""
    (kept,) = find((CLIENTS, client_id))
    return _client_of(kept) if kept is not None else None


def _client_of(kept: Copy) -> Client:
    """Of its own: what one reader changes in it is no other reader's."""
    names = [column.attname for column in Client._meta.concrete_fields]
    values = [_own(value) if isinstance(value, (list, dict)) else value for value in _parsed(kept.body)]
    return Client.from_db(DEFAULT_DB_ALIAS, names, values)


@lru_cache(maxsize=_PARSED)
def _parsed(body: bytes) -> tuple[Any, ...]:
    """The columns as SQL gives them."""
    columns = Client._meta.concrete_fields
    return tuple(column.to_python(value) for column, value in zip(columns, json.loads(body), strict=True))


def _own(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    """The same with lists and dicts of its own, at every depth; all else in a column cannot be changed."""
    if isinstance(value, list):
        return [_own(each) for each in value]
    return {name: _own(each) for name, each in value.items()} if isinstance(value, dict) else value


class _Exactly(DjangoJSONEncoder):
    """Moments with their microseconds: what is kept is what SQL said."""

    def default(self, o: object) -> Any:  # noqa: ANN401 - json's own
        """ISO 8601 for a moment."""
        return o.isoformat() if isinstance(o, dt.datetime) else super().default(o)
