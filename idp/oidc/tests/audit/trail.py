"""A trail to seal, to tamper with and to verify."""

import uuid
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef

from idp.audit.export import export_lines
from idp.audit.models import AuditLink, SecurityEvent
from idp.audit.types import Event
from idp.audit.verifier import Verifier
from idp.core.ids import new_id
from idp.oidc.jose.audit_seal import seal_audit, seal_keys

sealed = seal_audit


def events(**facts: Any) -> SecurityEvent:  # noqa: ANN401 - columns
    """One event as the service writes it."""
    return SecurityEvent.objects.create(event=Event.LOGOUT, **{"pk": new_id(), "detail": {"n": "é"}, **facts})


def recorded(count: int) -> list[SecurityEvent]:
    """So many events."""
    return [events(client_id=f"web{number}") for number in range(count)]


def waiting() -> int:
    """How many events have no place in the chain."""
    return SecurityEvent.objects.exclude(Exists(AuditLink.objects.filter(event_id=OuterRef("pk")))).count()


def problems(**kept: str) -> list[str]:
    """What the verifier says of the database; `kept` is a head by `seal1`."""
    verifier = Verifier(seal_keys(), {int(name.removeprefix("seal")): head for name, head in kept.items()})
    verifier.read(export_lines())
    return verifier.problems


def found(words: str, **kept: str) -> list[str]:
    """Those of its sentences that hold these words."""
    return [sentence for sentence in problems(**kept) if words in sentence]


def by_shell(sql: str, *values: str | int | uuid.UUID) -> None:
    """What somebody with a database shell does; `event`, `link`, `seal` and `anchor` stand for the tables."""
    for name in ("securityevent", "auditlink", "auditseal", "auditanchor"):
        sql = sql.replace(f"<{name.removeprefix('security').removeprefix('audit')}>", f"audit_{name}")
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        assert cursor.rowcount > 0, "nothing was tampered with"


def stored(event: SecurityEvent) -> str | uuid.UUID:
    """Its id as the database holds it."""
    return event.pk.hex if connection.vendor == "sqlite" else event.pk
