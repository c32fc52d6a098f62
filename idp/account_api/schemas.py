"""What the account API tells. What it takes is the owner's: `idp.accounts.schemas`, `idp.authenticators.schemas`."""

import datetime as dt
import uuid

from pydantic import Field

from idp.accounts.models import User
from idp.authenticators.schemas import (
    Authenticator,
    Authenticators,
    Confirmed,
    ConnectedServices,
    Enrolment,
    PasskeyEnrolment,
    RecoveryCodes,
)
from idp.core.envelope import Success
from idp.core.types import Schema


class Account(Schema):
    """A person's own account, by the names of the claims (OIDC Core §5.1)."""

    sub: uuid.UUID = Field(description="The account's id; never changes.")
    name: str
    given_name: str
    family_name: str
    middle_name: str
    locale: str = Field(description="Language, as BCP 47 writes it; empty when none was chosen.")
    zoneinfo: str = Field(description="Time zone, as IANA names it; empty when none was chosen.")
    email: str | None = Field(description="Null when there is none, or when the access token lacks the scope email.")
    email_verified: bool | None
    phone_number: str | None = Field(description="Null when there is none, or when the access token lacks the scope phone.")
    phone_number_verified: bool | None
    updated_at: dt.datetime = Field(description="When any of this last changed.")

    @classmethod
    def of(cls, user: User, *, shows_email: bool, shows_phone: bool) -> "Account":
        """What this person's account shows to a caller who may see this much."""
        has_email, has_phone = bool(shows_email and user.email), bool(shows_phone and user.phone_number)
        return cls(
            sub=user.pk,
            name=user.name,
            given_name=user.given_name,
            family_name=user.family_name,
            middle_name=user.middle_name,
            locale=user.locale,
            zoneinfo=user.zoneinfo,
            email=user.email if has_email else None,
            email_verified=user.email_verified if has_email else None,
            phone_number=user.phone_number if has_phone else None,
            phone_number_verified=user.phone_number_verified if has_phone else None,
            updated_at=user.updated_at,
        )


class AccountAnswer(Success[Account]):
    """The envelope around an account."""


class AuthenticatorsAnswer(Success[Authenticators]):
    """The envelope around everything a person has beyond the password."""


class AuthenticatorAnswer(Success[Authenticator]):
    """The envelope around one factor."""


class EnrolmentAnswer(Success[Enrolment]):
    """The envelope around a new secret."""


class PasskeyEnrolmentAnswer(Success[PasskeyEnrolment]):
    """The envelope around what a browser is asked."""


class ConfirmedAnswer(Success[Confirmed]):
    """The envelope around a factor that counts from now on."""


class RecoveryCodesAnswer(Success[RecoveryCodes]):
    """The envelope around recovery codes."""


class ConnectedServicesAnswer(Success[ConnectedServices]):
    """The envelope around what signs a person in from elsewhere."""


class NothingAnswer(Success[None]):
    """The envelope around nothing: the sentence says it all."""
