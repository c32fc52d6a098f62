"""Rename and remove one factor of a person, whatever kind it is: recorded, and announced to whoever acts on it."""

import uuid
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from idp.audit.services import record
from idp.audit.types import Event
from idp.mfa.errors import NoSuchFactor
from idp.mfa.signals import factors_changed
from idp.mfa.types import FactorKind, FactorName


@transaction.atomic
def rename_one(rows: QuerySet[Any], *, kind: FactorKind, user_id: uuid.UUID, factor_id: uuid.UUID, name: FactorName) -> None:
    """Of `rows`, which are this person's alone, that one has another name. Raises `NoSuchFactor`."""
    if not rows.filter(pk=factor_id).update(name=name):
        raise NoSuchFactor(detail=f"{kind} {factor_id}")
    record(event=Event.FACTOR_RENAMED, user_id=user_id, detail={"kind": kind, "factor": str(factor_id)})


@transaction.atomic
def remove_one(
    rows: QuerySet[Any], *, kind: FactorKind, user_id: uuid.UUID, factor_id: uuid.UUID, acting_sid: uuid.UUID | None
) -> None:
    """Of `rows`, which are this person's alone, that one is gone; `acting_sid` is the asking session. Raises `NoSuchFactor`."""
    removed, _rows = rows.filter(pk=factor_id).delete()
    if not removed:
        raise NoSuchFactor(detail=f"{kind} {factor_id}")
    record(event=Event.FACTOR_REMOVED, user_id=user_id, detail={"kind": kind, "factor": str(factor_id)})
    factors_changed.send(sender=rows.model, user_id=user_id, acting_sid=acting_sid)
