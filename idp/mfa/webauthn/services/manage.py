"""Rename and remove passkeys. Whether the person may (a fresh proof) is decided by the caller."""

import uuid

from idp.mfa.factor_rows import remove_one, rename_one
from idp.mfa.types import FactorKind, FactorName
from idp.mfa.webauthn.selectors import passkeys_of


def rename(*, user_id: uuid.UUID, authenticator_id: uuid.UUID, name: FactorName) -> None:
    """Give it another name. Raises `NoSuchFactor`."""
    rename_one(passkeys_of(user_id), kind=FactorKind.PASSKEY, user_id=user_id, factor_id=authenticator_id, name=name)


def remove(*, user_id: uuid.UUID, authenticator_id: uuid.UUID, acting_sid: uuid.UUID | None = None) -> None:
    """It proves nothing any more, its key is forgotten; `acting_sid` is the session that asks. Raises `NoSuchFactor`."""
    remove_one(passkeys_of(user_id), kind=FactorKind.PASSKEY, user_id=user_id, factor_id=authenticator_id, acting_sid=acting_sid)


def discard_all(*, user_id: uuid.UUID) -> int:
    """How many were taken away. Recorded and announced by the caller, in whose transaction."""
    removed, _rows = passkeys_of(user_id).delete()
    return removed
