"""A second factor, shown by somebody whose first factor was accepted. Guesses are counted before each try, per person.

The reason of a refusal goes to log and audit trail; the person reads one sentence.
"""

import uuid
from collections.abc import Callable
from typing import TypeVar

from pydantic import SecretStr

from idp.audit.services import record
from idp.audit.types import Event
from idp.login.services.count_attempt import count_factor_attempt, forget_attempts
from idp.mfa.errors import FactorRefused
from idp.mfa.recovery_codes.services.spend_code import spend_code as spend_recovery_code
from idp.mfa.totp.services.spend_code import spend_code as spend_app_code
from idp.mfa.types import FactorKind

Spent = TypeVar("Spent")


def prove_app_code(*, user_id: uuid.UUID, code: SecretStr, browser: str) -> uuid.UUID:
    """The id of the authenticator app whose code this is; it is spent. Raises `FactorRefused`, `TooManyAttempts`."""
    return _prove(FactorKind.TOTP, spend_app_code, user_id=user_id, code=code, browser=browser).pk


def prove_recovery_code(*, user_id: uuid.UUID, code: SecretStr, browser: str) -> None:
    """The code is one of this person's recovery codes, and is spent. Raises `FactorRefused`, `TooManyAttempts`."""
    _prove(FactorKind.RECOVERY_CODES, spend_recovery_code, user_id=user_id, code=code, browser=browser)


def _prove(kind: FactorKind, spend: Callable[..., Spent], *, user_id: uuid.UUID, code: SecretStr, browser: str) -> Spent:
    attempt = count_factor_attempt(user_id=user_id)
    try:
        spent = spend(user_id=user_id, code=code.get_secret_value())
    except FactorRefused:
        delay = {"wait_seconds": str(attempt.wait)} if attempt.wait else {}
        record(event=Event.FACTOR_REFUSED, user_id=user_id, browser=browser, detail={"kind": kind, **delay})
        raise
    forget_attempts(attempt=attempt)
    return spent
