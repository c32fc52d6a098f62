"""Who somebody is, by password. The hash runs outside any transaction: it takes tens of milliseconds on purpose."""

import uuid

from pydantic import SecretStr

from idp.accounts.schemas import Credentials
from idp.accounts.services.authenticate_user import authenticate_user
from idp.audit.services import record
from idp.audit.types import Event
from idp.login.errors import CredentialsRefused
from idp.login.types import Proof


def prove_password(*, identifier: str, password: SecretStr, browser: str) -> uuid.UUID:
    """The id of the person whose password this is. Raises `CredentialsRefused`, the same for every reason.

    A refusal is one audit row whatever its reason, so it costs the same; the reason stands there and in the log only.
    """
    result = authenticate_user(credentials=Credentials(identifier=identifier, password=password))
    if result.user is None:
        record(
            event=Event.LOGIN_FAILED,
            user_id=result.subject,
            browser=browser,
            detail={"reason": result.reason, "method": Proof.PWD},
        )
        raise CredentialsRefused(detail=f"password refused: {result.reason}")
    return result.user.pk
