"""What a person is told of their factors, and what they send."""

import datetime as dt
import uuid
from typing import Annotated, Any

from pydantic import Field

from idp.accounts.models import UpstreamLink
from idp.core.types import Schema
from idp.login.steps.code_form import CodeForm
from idp.mfa.totp.models import TotpAuthenticator
from idp.mfa.types import FactorKind, FactorName
from idp.mfa.webauthn.aaguids import name_of
from idp.mfa.webauthn.models import Passkey
from idp.mfa.webauthn.schemas import LONGEST_ANSWER


class Authenticator(Schema):
    """One factor that counts."""

    kind: FactorKind
    id: uuid.UUID
    name: str = Field(description="What the person calls it.")
    created_at: dt.datetime
    last_used_at: dt.datetime | None = Field(description="When it last proved something; setting it up counts.")

    device: str = Field(default="", description="Of a passkey: the make, as far as it says and we know it.")
    backed_up: bool = Field(default=False, description="Of a passkey: whether the person's devices share it.")
    suspected: bool = Field(default=False, description="Of a passkey: its counter once failed to grow, a copy may exist.")

    @classmethod
    def of(cls, app: TotpAuthenticator) -> "Authenticator":
        """An authenticator app."""
        return cls(kind=FactorKind.TOTP, id=app.pk, name=app.name, created_at=app.created_at, last_used_at=app.last_used_at)

    @classmethod
    def of_passkey(cls, passkey: Passkey) -> "Authenticator":
        """A passkey."""
        return cls(
            kind=FactorKind.PASSKEY,
            id=passkey.pk,
            name=passkey.name,
            created_at=passkey.created_at,
            last_used_at=passkey.last_used_at,
            device=name_of(passkey.aaguid) or "",
            backed_up=passkey.backed_up,
            suspected=passkey.copied_at is not None,
        )


class Authenticators(Schema):
    """Everything a person has beyond the password."""

    authenticators: tuple[Authenticator, ...]
    recovery_codes_left: int = Field(description="How many recovery codes are unused.")
    required: bool = Field(description="Whether the account's role must have a second factor.")
    accepted: dict[str, Any] | None = Field(
        default=None,
        description="For `PublicKeyCredential.signalAllAcceptedCredentials()` and `signalCurrentUserDetails()`; null for whoever "
        "never began to add a passkey.",
    )

    @property
    def passkeys(self) -> tuple[Authenticator, ...]:
        """Those the page lists first."""
        return tuple(factor for factor in self.authenticators if factor.kind is FactorKind.PASSKEY)

    @property
    def apps(self) -> tuple[Authenticator, ...]:
        """The authenticator apps."""
        return tuple(factor for factor in self.authenticators if factor.kind is FactorKind.TOTP)


class FactorNamed(Schema):
    """What a person calls a factor."""

    name: FactorName = Field(description="Such as: My phone.")


class FirstCode(CodeForm):
    """The first code of an app that was just set up."""


class FactorMeant(Schema):
    """Which of the person's factors a button of the page belongs to."""

    kind: Annotated[FactorKind, Field(strict=False)]
    factor: Annotated[uuid.UUID, Field(strict=False)]


class ConnectedService(Schema):
    """Another service that signs the person in."""

    id: uuid.UUID
    name: str = Field(description="Its own name, such as Google.")
    connected_at: dt.datetime

    @classmethod
    def of(cls, link: UpstreamLink) -> "ConnectedService":
        """Nothing of who the person is there: we keep no more than a digest of it."""
        return cls(id=link.pk, name=link.get_provider_display(), connected_at=link.created_at)


class ConnectedServices(Schema):
    """All of them."""

    services: tuple[ConnectedService, ...]


class ServiceMeant(Schema):
    """Which connected service a button of the page belongs to."""

    link: Annotated[uuid.UUID, Field(strict=False)]


class FactorRenamed(FactorMeant, FactorNamed):
    """The same, with its new name."""


class Enrolment(Schema):
    """A new secret, shown this once. Nothing counts before its first code came back."""

    id: uuid.UUID
    secret: str = Field(description="Base32, for typing it into an app.")
    otpauth_uri: str = Field(description="The same as authenticator apps read it.")
    qr_svg: str = Field(description="The same as an SVG drawing, to be shown dark on white.")
    expires_at: dt.datetime = Field(description="Until when the first code is taken.")


class PasskeyEnrolment(Schema):
    """What to hand to `navigator.credentials.create()`; nothing counts before its answer came back."""

    options: dict[str, Any] = Field(description="For `PublicKeyCredential.parseCreationOptionsFromJSON()`.")
    expires_at: dt.datetime = Field(description="Until when the answer is taken.")


class PasskeyAnswer(Schema):
    """The answer of the browser."""

    credential: dict[str, Any] = Field(description="`PublicKeyCredential.toJSON()`.")
    name: FactorName | None = Field(default=None, description="Such as: My phone; without it the maker's name.")


class PasskeySent(Schema):
    """The same from a page: as text, in the one field of its form."""

    credential: Annotated[str, Field(max_length=LONGEST_ANSWER)]


class RecoveryCodes(Schema):
    """Recovery codes in clear, shown this once."""

    recovery_codes: tuple[str, ...] = Field(description="Each lets the person in once when the app is lost.")


class Confirmed(RecoveryCodes):
    """A factor that counts from now on; with recovery codes when there were none, else with an empty list."""

    authenticator: Authenticator
