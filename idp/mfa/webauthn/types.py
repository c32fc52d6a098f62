"""Words of the ceremonies: what is being done, where, and what came out of it."""

import uuid
from dataclasses import dataclass
from enum import StrEnum

from idp.core.types import Schema


class Ceremony(StrEnum):
    """A challenge of one is of no use in the other."""

    REGISTER = "register"
    AUTHENTICATE = "authenticate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The page of a ceremony: in which browser, and in which sign-in or session there."""

    browser: str
    # "login.UID" or "session.SID".
    within: str


class FirstPasskey(Schema):
    """Of somebody without an account, who wants to sign in by passkey alone: whom a challenge is for, and the later handle."""

    person: uuid.UUID
    handle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """A registration that holds."""

    credential_id: str
    public_key: bytes
    sign_count: int
    aaguid: uuid.UUID
    attestation_format: str
    attestation_object: bytes
    transports: tuple[str, ...]
    backup_eligible: bool
    backed_up: bool
    user_verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An assertion that holds."""

    sign_count: int
    backed_up: bool
    user_verified: bool
