"""Rename and remove authenticator apps. Whether the person may (a fresh proof) is decided by the caller."""

import uuid

from django.db import transaction

from idp.audit.services import record
from idp.audit.types import Event
from idp.mfa.errors import NoSuchFactor
from idp.mfa.signals import factors_changed
from idp.mfa.totp.models import TotpAuthenticator
from idp.mfa.totp.selectors import confirmed
from idp.mfa.types import FactorKind, FactorName


@transaction.atomic
def rename(*, user_id: uuid.UUID, authenticator_id: uuid.UUID, name: FactorName) -> None:
    """Give it another name. Raises `NoSuchFactor`."""
    if not confirmed(user_id).filter(pk=authenticator_id).update(name=name):
        raise NoSuchFactor(detail=f"totp {authenticator_id}")
    record(event=Event.FACTOR_RENAMED, user_id=user_id, detail=_facts(authenticator_id))


@transaction.atomic
def remove(*, user_id: uuid.UUID, authenticator_id: uuid.UUID, acting_sid: uuid.UUID | None = None) -> None:
    """It proves nothing any more, its secret is gone; `acting_sid` is the session that asks. Raises `NoSuchFactor`."""
    removed, _rows = confirmed(user_id).filter(pk=authenticator_id).delete()
    if not removed:
        raise NoSuchFactor(detail=f"totp {authenticator_id}")
    record(event=Event.FACTOR_REMOVED, user_id=user_id, detail=_facts(authenticator_id))
    factors_changed.send(sender=TotpAuthenticator, user_id=user_id, acting_sid=acting_sid)


def discard_all(*, user_id: uuid.UUID) -> int:
    """How many were taken away, one being set up included. Recorded and announced by the caller, in whose transaction."""
    removed, _rows = TotpAuthenticator.objects.filter(user_id=user_id).delete()
    return removed


def _facts(authenticator_id: uuid.UUID) -> dict[str, str]:
    return {"kind": FactorKind.TOTP, "factor": str(authenticator_id)}
