"""Be asked for the second factor again, on one remembered device or on all. No fresh proof: more questions harm nobody."""

import uuid

from idp.core.auth_context import AuthContext
from idp.mfa.remembered_device.services.forget import forget_all, forget_one
from idp.self_service.errors import NoSuchDevice

_BY_OWNER = "owner"


def forget_device(*, actor: AuthContext, device_id: uuid.UUID) -> None:
    """Raises `NoSuchDevice` when it is not theirs or was forgotten before."""
    if not forget_one(user_id=actor.user_id, device_id=device_id, why=_BY_OWNER):
        raise NoSuchDevice(detail=f"device {device_id}")


def forget_every_device(*, actor: AuthContext) -> None:
    """None is remembered any more."""
    forget_all(user_id=actor.user_id, why=_BY_OWNER)
