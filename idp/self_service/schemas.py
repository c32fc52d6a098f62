"""What people send about their own account, and what they are told of it."""

import datetime as dt
import uuid
from typing import Annotated

from pydantic import Field, SecretStr

from idp.accounts.models import User
from idp.accounts.types import AddressKind
from idp.core.types import CleanText, Schema
from idp.login.device_label import device_label
from idp.login.models import SsoSession
from idp.login.place_label import place_label
from idp.mfa.remembered_device.models import RememberedDevice


class PasswordChange(Schema):
    """A new password, and the one it replaces where there is one. Neither is cleaned: they are compared as received."""

    current_password: SecretStr = SecretStr("")
    new_password: SecretStr


class AddressChange(Schema):
    """A new e-mail address or phone number, as typed."""

    kind: Annotated[AddressKind, Field(strict=False)]
    address: Annotated[CleanText, Field(max_length=254)]


class PendingAddress(Schema):
    """The same until its code came back."""

    kind: AddressKind
    address: str


class Addresses(Schema):
    """With what the person signs in and is written to."""

    email: str | None
    email_verified: bool
    phone_number: str | None
    phone_number_verified: bool
    pending: PendingAddress | None = Field(description="A new one whose code has not come back yet, in this session.")

    @classmethod
    def of(cls, user: User, *, pending: PendingAddress | None) -> "Addresses":
        """Those of this person."""
        return cls(
            email=user.email,
            email_verified=user.email_verified,
            phone_number=user.phone_number,
            phone_number_verified=user.phone_number_verified,
            pending=pending,
        )


class Proof(Schema):
    """What this sign-in is good for."""

    fresh_until: dt.datetime | None = Field(description="Until when changes that need a fresh sign-in are taken; null: not now.")
    has_password: bool = Field(description="Whether a change of the password asks for the present one.")


class Session(Schema):
    """One place where the person is signed in."""

    id: uuid.UUID
    device: str = Field(description="What the browser calls itself, such as: Chrome on Android.")
    place: str | None = Field(
        description="About where the sign-in came from, such as: Lagos, Nigeria; null: not known or not kept."
    )
    fingerprint: str | None = Field(description="The same for sign-ins from the same kind of device; null: not kept.")
    signed_in_at: dt.datetime
    last_used_at: dt.datetime
    current: bool = Field(description="Whether it is the one that asks.")

    @classmethod
    def of(cls, session: SsoSession, *, asking: uuid.UUID) -> "Session":
        """A live session as its owner sees it."""
        return cls(
            id=session.pk,
            device=device_label(session.user_agent),
            place=place_label(session.place) or None,
            fingerprint=session.fingerprint or None,
            signed_in_at=session.auth_time,
            last_used_at=session.last_seen_at,
            current=session.pk == asking,
        )


class Sessions(Schema):
    """Everywhere the person is signed in, the one used last first."""

    sessions: tuple[Session, ...]


class SessionMeant(Schema):
    """Which session a button of the page belongs to."""

    session: Annotated[uuid.UUID, Field(strict=False)]


class Device(Schema):
    """One browser in which the person is not asked for a second factor."""

    id: uuid.UUID
    device: str
    remembered_at: dt.datetime
    until: dt.datetime
    last_used_at: dt.datetime | None
    current: bool

    @classmethod
    def of(cls, device: RememberedDevice, *, asking: str) -> "Device":
        """A remembered device as its owner sees it; `asking` is the digest of the browser that asks."""
        return cls(
            id=device.pk,
            device=device_label(device.user_agent),
            remembered_at=device.created_at,
            until=device.expires_at,
            last_used_at=device.last_used_at,
            current=device.digest == asking,
        )


class Devices(Schema):
    """All of them, the latest first."""

    devices: tuple[Device, ...]


class DeviceMeant(Schema):
    """Which device a button of the page belongs to."""

    device: Annotated[uuid.UUID, Field(strict=False)]


class Permission(Schema):
    """One thing that was allowed."""

    name: str = Field(description="The scope, or a claim that was asked for singly.")
    sentence: str = Field(description="What the person read when they allowed it.")


class ConnectedApp(Schema):
    """An application the person allowed something."""

    client_id: str
    name: str
    permissions: tuple[Permission, ...]
    granted_at: dt.datetime


class ConnectedApps(Schema):
    """All of them."""

    apps: tuple[ConnectedApp, ...]


class AppMeant(Schema):
    """Which application a button of the page belongs to."""

    client: Annotated[str, Field(max_length=255)]
