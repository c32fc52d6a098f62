"""What this app does on news of accounts and factors. A disabled account and another role end every session of the person, a
changed password and a changed factor every one but the session that made the change. After a disabled account, a changed password
and support's reset of all factors, no browser is known as theirs any more. An account that finds its owner keeps nothing that was
prepared on it.
"""

import uuid
from collections.abc import Collection
from typing import Any

from idp.accounts.signals import account_claimed, password_changed, role_changed, user_deactivated
from idp.login.services.end_session import end_user_sessions
from idp.login.services.remember_device import forget_devices
from idp.login.services.void_prepared import void_prepared
from idp.login.types import EndReason
from idp.mfa.signals import factors_changed


def connect() -> None:
    """Listen; called once when Django has loaded the models."""
    user_deactivated.connect(_on_user_deactivated, dispatch_uid="idp.login.user_deactivated")
    password_changed.connect(_on_password_changed, dispatch_uid="idp.login.password_changed")
    role_changed.connect(_on_role_changed, dispatch_uid="idp.login.role_changed")
    account_claimed.connect(_on_account_claimed, dispatch_uid="idp.login.account_claimed")
    factors_changed.connect(_on_factors_changed, dispatch_uid="idp.login.factors_changed")


def _on_user_deactivated(*, user_id: uuid.UUID, **_kwargs: Any) -> None:  # noqa: ANN401 - Django's signal signature
    end_user_sessions(user_id=user_id, reason=EndReason.ACCOUNT_DISABLED)
    forget_devices(user_id=user_id)


def _on_password_changed(*, user_id: uuid.UUID, acting_sid: uuid.UUID | None = None, **_kwargs: Any) -> None:  # noqa: ANN401 - as above
    end_user_sessions(user_id=user_id, reason=EndReason.PASSWORD_CHANGED, but=acting_sid)
    forget_devices(user_id=user_id)


def _on_role_changed(*, user_id: uuid.UUID, **_kwargs: Any) -> None:  # noqa: ANN401 - as above
    end_user_sessions(user_id=user_id, reason=EndReason.REVOKED)


def _on_account_claimed(*, user_id: uuid.UUID, addresses: Collection[str], **_kwargs: Any) -> None:  # noqa: ANN401 - as above
    void_prepared(user_id=user_id, addresses=addresses)


def _on_factors_changed(
    *,
    user_id: uuid.UUID,
    acting_sid: uuid.UUID | None = None,
    ends_sessions: bool = True,
    reset: bool = False,
    **_kwargs: Any,  # noqa: ANN401 - as above
) -> None:
    if ends_sessions:
        end_user_sessions(user_id=user_id, reason=EndReason.FACTORS_CHANGED, but=acting_sid)
    if reset:
        forget_devices(user_id=user_id)
