"""What the privacy desk tells and takes; the export is made of these too, so its form is described once."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from pydantic import Field

from idp.authenticators.schemas import Authenticators
from idp.core.types import Schema


class Said(Schema):
    """One thing a person said about the use of their data."""

    purpose: str
    given: bool
    text_version: str
    at: dt.datetime


class Privacy(Schema):
    """Where an account stands."""

    erasure_due_at: dt.datetime | None = Field(description="When the account is erased; null unless its owner asked for that.")
    restricted_at: dt.datetime | None = Field(description="Since when its data is stored but not used beyond signing in.")
    marketing_allowed: bool
    marketing_text: str = Field(description="The words one consents to.")
    marketing_text_version: str = Field(description="To be sent back with the consent.")
    said: tuple[Said, ...] = Field(description="Every consent and withdrawal, the oldest first.")


class MarketingChoice(Schema):
    """Yes or no to the words of this version."""

    allowed: bool
    text_version: str


class RestrictionChoice(Schema):
    """Whether the use of the data is restricted."""

    restricted: bool


class ClosingUntil(Schema):
    """A deletion that was asked for."""

    erasure_due_at: dt.datetime


class AllowedClient(Schema):
    """What the person allowed an application."""

    client_id: str
    name: str
    scopes: tuple[str, ...]
    claims: tuple[str, ...]
    granted_at: dt.datetime
    withdrawn_at: dt.datetime | None


class SignedIn(Schema):
    """One session."""

    sid: uuid.UUID
    user_agent: str
    place: str | None
    fingerprint: str
    auth_time: dt.datetime
    acr: str
    amr: tuple[str, ...]
    created_at: dt.datetime
    last_seen_at: dt.datetime
    expires_at: dt.datetime
    ended_at: dt.datetime | None
    end_reason: str


class Remembered(Schema):
    """A browser in which the person asked not to be asked for a second factor."""

    user_agent: str
    created_at: dt.datetime
    expires_at: dt.datetime
    last_used_at: dt.datetime | None


class OfflineAccess(Schema):
    """A permission of an application to act while the person is away: never the token itself."""

    client_id: str
    scope: str
    created_at: dt.datetime
    expires_at: dt.datetime
    revoked_at: dt.datetime | None


class Happened(Schema):
    """One security event about the person."""

    event: str
    at: dt.datetime
    client_id: str
    sid: uuid.UUID | None
    detail: Mapping[str, str]


class SignInService(Schema):
    """A service elsewhere that signs the person in; who they are there is kept as a digest alone."""

    provider: str
    since: dt.datetime


class Export(Schema):
    """Everything held about one person. No secret, nothing about anybody else."""

    format: str = "fashionistar-account/1"
    exported_at: dt.datetime
    sub: uuid.UUID
    profile: Mapping[str, Any]
    privacy: Privacy
    authenticators: Authenticators
    sign_in_services: tuple[SignInService, ...]
    consents: tuple[AllowedClient, ...]
    sessions: tuple[SignedIn, ...]
    known_devices: tuple[dt.datetime, ...] = Field(description="When each browser that is known as theirs was last used.")
    remembered_devices: tuple[Remembered, ...]
    offline_access: tuple[OfflineAccess, ...]
    security_events: tuple[Happened, ...]
