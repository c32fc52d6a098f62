"""`ImportRow`: one person as Fashionistar's backend exports them, by the names of its own columns.

CSV knows text only and JSON knows more, so every member takes both. Nothing else may stand in a row: what this provider does
not keep (biography, location, risk score) must not be handed to it either.
"""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from idp.accounts.models import AuthProvider
from idp.accounts.roles import Role, works_for_platform
from idp.accounts.schemas import LOCALE, TIME_ZONE, EmailText, Name, PhoneText, WebAddress
from idp.accounts.stored_hashes import Fault, fault_of
from idp.core.types import Schema

# The column's length; every hash that `stored_hashes` takes from a release of Django fits.
_LONGEST_HASH = 128
# How Django marks an account without a password.
_UNUSABLE = "!"

_YES = frozenset({"true", "t", "1", "yes"})
_NO = frozenset({"false", "f", "0", "no"})

_YEARS = range(2000, 2100)

_FAULTS = {
    Fault.DAMAGED: "This password hash is cut off or damaged.",
    Fault.TOO_COSTLY: "This password hash would cost too much to check.",
    Fault.UNKNOWN_KIND: (
        "This password hash is of another kind than argon2, pbkdf2_sha256, pbkdf2_sha1, bcrypt_sha256, scrypt, or ! for none."
    ),
}


def _yes_or_no(value: object) -> object:
    """True or False as JSON, PostgreSQL and Python write them."""
    if not isinstance(value, str):
        return value
    word = value.strip().lower()
    return word in _YES if word in _YES | _NO else value


def _moment(value: object) -> object:
    """ISO 8601, with a space for the T too; without a zone it is UTC, which the backend stores. Raises ValueError."""
    if not isinstance(value, str):
        return value
    moment = dt.datetime.fromisoformat(value.strip())
    # Far from the calendar's ends, where a change of zone overflows.
    if moment.year not in _YEARS:
        raise ValueError("This is not a date and time of our days.")
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _one_of(kind: type[Role] | type[AuthProvider]) -> Callable[[object], object]:
    """Text as a member of an enumeration. Raises ValueError."""

    def read(value: object) -> object:
        try:
            return kind(str(value))
        except ValueError:
            raise ValueError(f"This must be one of: {', '.join(kind.values)}.") from None

    return read


def _computable(stored: str) -> str:
    """The hash verbatim, if a sign-in may compute it one day. Raises ValueError."""
    if len(stored) > _LONGEST_HASH or not stored.isascii() or not stored.isprintable():
        raise ValueError(_FAULTS[Fault.DAMAGED])
    fault = None if stored.startswith(_UNUSABLE) else fault_of(stored)
    if fault is not None:
        raise ValueError(_FAULTS[fault])
    return stored


Flag = Annotated[bool, BeforeValidator(_yes_or_no)]
Moment = Annotated[dt.datetime, BeforeValidator(_moment)]


class ImportRow(Schema):
    """A person to be moved in. Absent, null and empty mean the same; the reader leaves such members out."""

    id: Annotated[uuid.UUID, BeforeValidator(lambda value: uuid.UUID(value) if isinstance(value, str) else value)]
    email: EmailText | None = None
    phone: PhoneText | None = None
    # Verbatim: it proves the password until the first sign-in, which makes it one of ours.
    password: Annotated[str, AfterValidator(_computable), Field(repr=False)]
    role: Annotated[Role, BeforeValidator(_one_of(Role))]
    auth_provider: Annotated[AuthProvider, BeforeValidator(_one_of(AuthProvider))]

    is_active: Flag
    is_verified: Flag
    is_deleted: Flag = False
    is_staff: Flag = False

    member_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9]{1,32}$")] | None = None
    first_name: Name = ""
    last_name: Name = ""
    avatar: WebAddress = ""
    preferred_language: Annotated[str, Field(max_length=35, pattern=LOCALE)] = ""
    timezone: Annotated[str, Field(pattern=TIME_ZONE)] = ""
    marketing_consent: Flag = False
    date_joined: Moment | None = None

    @model_validator(mode="after")
    def _is_somebody(self) -> Self:
        """Raises ValueError."""
        if self.email is None and self.phone is None:
            raise ValueError("An email address or a phone number is needed.")
        # The other way round is less power than the role has here, and stays so.
        if self.is_staff and not works_for_platform(self.role):
            raise ValueError("is_staff does not fit the role: clients and vendors are no staff.")
        return self

    @property
    def may_sign_in(self) -> bool:
        """Deleted and suspended people may not.

        Who never proved an address is inactive at Fashionistar and has not been suspended: here the first sign-in proves it.
        """
        return not self.is_deleted and (self.is_active or not self.is_verified)


COLUMNS = tuple(ImportRow.model_fields)
REQUIRED = tuple(name for name, member in ImportRow.model_fields.items() if member.is_required())
