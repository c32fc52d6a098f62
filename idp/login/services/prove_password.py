"""Who somebody is, by password. The hash runs outside any transaction: it takes tens of milliseconds on purpose."""

import logging

from pydantic import SecretStr

from idp.accounts.errors import NotHashed
from idp.accounts.models import User
from idp.accounts.schemas import Credentials
from idp.accounts.services.authenticate_user import authenticate_user
from idp.audit.services import record
from idp.audit.types import Event
from idp.login.errors import CredentialsRefused, TooManyAttempts
from idp.login.services.count_attempt import Attempt, count_attempt, forget_attempts, withdraw_attempt
from idp.login.types import Proof

logger = logging.getLogger("idp.login")


def prove_password(*, identifier: str, password: SecretStr, browser: str) -> User:
    """The person whose password this is. Raises `CredentialsRefused`, the same for every reason.

    Raises `TooManyAttempts` and `NotHashed` when no password was checked. A refusal is one audit row whatever its
    reason, so it costs the same; the reason stands there and in the log only.
    """
    attempt = _counted(identifier, browser)
    try:
        result = authenticate_user(credentials=Credentials(identifier=identifier, password=password))
    except NotHashed:
        withdraw_attempt(attempt=attempt)
        raise
    if result.user is None:
        # A wait that begins is part of the trail; attempts that were not let in are in the log only, or a flood of them
        # would be a flood of rows.
        delay = {"wait_seconds": str(attempt.wait)} if attempt.wait else {}
        record(
            event=Event.LOGIN_FAILED,
            user_id=result.subject,
            browser=browser,
            detail={"reason": result.reason, "method": Proof.PWD, **delay},
        )
        raise CredentialsRefused(detail=f"password refused: {result.reason}")
    forget_attempts(attempt=attempt)
    return result.user


def _counted(identifier: str, browser: str) -> Attempt:
    """Count the attempt. Raises `TooManyAttempts`."""
    try:
        return count_attempt(identifier=identifier, browser=browser)
    except TooManyAttempts as refused:
        logger.warning("sign-in attempt refused: too many", extra={"retry_after": refused.retry_after})
        raise
