"""What accounts are made and proven with, parsed once: `NewUser`, `Profile` and `Credentials`."""

import datetime as dt
import functools
import zoneinfo
from typing import Annotated, Self

from django.utils.translation import gettext_lazy as _
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator

from idp.accounts.identifiers import parse_email, parse_phone
from idp.accounts.roles import Role
from idp.core.types import CleanText, Schema, clean_text, without_controls


def _multiline(value: str) -> str:
    """Several lines, each clean; postal addresses have them (OIDC Core §5.1.1). Raises ValueError."""
    lines = value.replace("\r\n", "\n").split("\n")
    return "\n".join(without_controls(line) for line in lines)


def _web_address(value: str) -> str:
    """Only http and https: pages may link to it, and `javascript:` is an address too. Raises ValueError."""
    if value and not value.startswith(("https://", "http://")):
        raise ValueError(_("Please enter a web address that begins with https://."))
    return value


def _birthdate(value: str) -> str:
    """`1990-12-31`, `0000-12-31` without the year, or `1990` alone (OIDC Core §5.1). Raises ValueError."""
    try:
        if value and len(value) != 4:
            # A leap year stands in for an omitted one, so that 29 February is a birthday.
            dt.date.fromisoformat(f"2000{value[4:]}" if value.startswith("0000-") else value)
    except ValueError as exc:
        raise ValueError(_("Please enter a date such as 1990-12-31.")) from exc
    return value


TIME_ZONE = r"^([A-Za-z0-9_+\-/]{1,64})?$"
LOCALE = r"^([A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*)?$"

EmailText = Annotated[str, BeforeValidator(clean_text), AfterValidator(lambda text: parse_email(text).value)]
PhoneText = Annotated[str, BeforeValidator(clean_text), AfterValidator(lambda text: parse_phone(text).value)]
Name = Annotated[CleanText, Field(max_length=100)]
Line = Annotated[CleanText, Field(max_length=255)]
Lines = Annotated[str, BeforeValidator(clean_text), AfterValidator(_multiline), Field(max_length=1000)]
WebAddress = Annotated[CleanText, AfterValidator(_web_address), Field(max_length=2000)]


class Address(Schema):
    """The postal address claim (OIDC Core §5.1.1)."""

    formatted: Lines = ""
    street_address: Lines = ""
    locality: Line = ""
    region: Line = ""
    postal_code: Line = ""
    country: Line = ""


class Profile(Schema):
    """The claims a person tells about themselves, by their standard names (OIDC Core §5.1)."""

    name: Line = ""
    given_name: Name = ""
    family_name: Name = ""
    middle_name: Name = ""
    nickname: Name = ""
    preferred_username: Name = ""
    profile: WebAddress = ""
    picture: WebAddress = ""
    website: WebAddress = ""
    gender: Annotated[CleanText, Field(max_length=50)] = ""
    birthdate: Annotated[str, Field(pattern=r"^([0-9]{4}(-[0-9]{2}-[0-9]{2})?)?$"), AfterValidator(_birthdate)] = ""
    zoneinfo: Annotated[str, Field(pattern=TIME_ZONE)] = ""
    locale: Annotated[str, Field(max_length=35, pattern=LOCALE)] = ""
    address: Address = Address()


def columns_of(profile: Profile) -> dict[str, object]:
    """The profile as the columns of an account; a full name is put together from its parts when none was told."""
    columns = profile.model_dump()
    parts = (profile.given_name, profile.middle_name, profile.family_name)
    columns["name"] = profile.name or " ".join(part for part in parts if part)[:255]
    columns["address"] = {member: text for member, text in columns["address"].items() if text}
    return columns


def _known_zone(value: str) -> str:
    """A name of the IANA time zone database, where this machine has one. Raises ValueError."""
    known = _time_zones()
    if value and known and value not in known:
        raise ValueError(_("Please choose a time zone such as Africa/Lagos."))
    return value


@functools.cache
def _time_zones() -> frozenset[str]:
    """Read from disk once; empty on a machine without the database."""
    return frozenset(zoneinfo.available_timezones())


class ProfileChange(Schema):
    """What a person changes about themselves. A member that is absent stays as it is; "" empties it."""

    given_name: Name = ""
    family_name: Name = ""
    middle_name: Name = ""
    locale: Annotated[str, Field(max_length=35, pattern=LOCALE, description="Language, as BCP 47 writes it: en-NG.")] = ""
    zoneinfo: Annotated[
        str, Field(pattern=TIME_ZONE, description="Time zone, as IANA names it: Africa/Lagos."), AfterValidator(_known_zone)
    ] = ""

    def members(self) -> dict[str, str]:
        """Those that were sent."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class ProfileFile(Profile):
    """A profile as an operator hands it in: identifiers, and whether they are verified, may stand in it too."""

    email: EmailText | None = None
    email_verified: bool = False
    phone_number: PhoneText | None = None
    phone_number_verified: bool = False


class NewUser(Schema):
    """An account to be made. Without a password nobody signs in by one; whoever asks for the account applies policy.

    `verified` says so of every identifier that is given; the other two flags of one alone.
    """

    email: EmailText | None = None
    email_verified: bool = False
    phone_number: PhoneText | None = None
    phone_number_verified: bool = False
    verified: bool = False
    # Never trimmed, never normalised (NIST SP 800-63B-4 §3.1.1.2).
    password: SecretStr | None = None
    role: Role = Role.CLIENT
    profile: Profile = Profile()

    @model_validator(mode="after")
    def _has_identifier(self) -> Self:
        """Raises ValueError."""
        if self.email is None and self.phone_number is None:
            raise ValueError(_("Please give an email address or a phone number."))
        if (self.email_verified and self.email is None) or (self.phone_number_verified and self.phone_number is None):
            raise ValueError(_("An email address or phone number can only be verified if it is given."))
        return self

    @property
    def is_email_verified(self) -> bool:
        """Whether there is an e-mail address that counts as proven."""
        return self.email is not None and (self.verified or self.email_verified)

    @property
    def is_phone_number_verified(self) -> bool:
        """Whether there is a phone number that counts as proven."""
        return self.phone_number is not None and (self.verified or self.phone_number_verified)


class Credentials(Schema):
    """What somebody signs in with. Both are taken as typed: whatever is wrong with them is a failed sign-in, no more."""

    identifier: str
    password: SecretStr
