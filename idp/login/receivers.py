"""What this app does on news of accounts: a disabled account and a changed password end every session of the person,
and no browser is known as theirs any more.
"""

import uuid
from typing import Any

from idp.accounts.signals import password_changed, user_deactivated
from idp.login.services.end_session import end_user_sessions
from idp.login.services.remember_device import forget_devices
from idp.login.types import EndReason


def connect() -> None:
    """Listen; called once when Django has loaded the models."""
    user_deactivated.connect(_on_user_deactivated, dispatch_uid="idp.login.user_deactivated")
    password_changed.connect(_on_password_changed, dispatch_uid="idp.login.password_changed")


def _on_user_deactivated(*, user_id: uuid.UUID, **_kwargs: Any) -> None:  # noqa: ANN401 - Django's signal signature
    end_user_sessions(user_id=user_id, reason=EndReason.ACCOUNT_DISABLED)
    forget_devices(user_id=user_id)


def _on_password_changed(*, user_id: uuid.UUID, **_kwargs: Any) -> None:  # noqa: ANN401 - Django's signal signature
    end_user_sessions(user_id=user_id, reason=EndReason.PASSWORD_CHANGED)
    forget_devices(user_id=user_id)
