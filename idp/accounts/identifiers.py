"""What somebody types to say who they are, in the one spelling that is stored, looked up and counted.

One account must be one account whatever spelling is typed, else limits per account could be dodged and one address could
be registered twice. Reading is linear in a bounded text: nothing here can be made slow by a hostile one.
"""

import string
import unicodedata
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

import idna
import phonenumbers
from django.utils.translation import gettext_lazy as _

from idp.core import crypto

# RFC 5321 §4.5.3.1: a path of 256 octets with its two brackets, a local part of 64.
MAX_LENGTH = 254
_MAX_LOCAL = 64
# E.164 numbers have at most 15 digits; the rest is room for how people write them.
_MAX_PHONE = 32
_REGION = "NG"

# RFC 5322 §3.2.3 atext, with the dots between atoms; letters beyond ASCII by RFC 6531 §3.3.
_ATEXT = frozenset(string.ascii_letters + string.digits + "!#$%&'*+-/=?^_`{|}~.")
_PHONE_MARKS = frozenset("+-.()/\u2010\u2011\u2012\u2013\u2212")


@dataclass(frozen=True, slots=True)
class Email:
    """An e-mail address: case-folded NFC local part, domain in ASCII (IDNA)."""

    label: ClassVar[str] = "accounts.email"
    value: str


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A telephone number in E.164, such as +2348012345678."""

    label: ClassVar[str] = "accounts.phone"
    value: str


Identifier: TypeAlias = Email | PhoneNumber


def parse_identifier(text: str) -> Identifier:
    """Read an e-mail address, or else a phone number of Nigeria or in international form. Raises ValueError."""
    if "@" in text[:MAX_LENGTH]:
        return parse_email(text)
    try:
        return parse_phone(text)
    except ValueError:
        # Words are rather an unfinished address than a number; advice about numbers alone would mislead.
        if any(char.isalpha() for char in text[:MAX_LENGTH]):
            raise ValueError(_("Please enter a valid email address, such as name@example.com, or a phone number.")) from None
        raise


def index_of(identifier: Identifier) -> str:
    """The blind index under which the account is found; also the key of limits per account."""
    return crypto.blind_index(identifier.value, label=identifier.label)


def parse_email(text: str) -> Email:
    """Read an e-mail address. Raises ValueError with a sentence."""
    refusal = ValueError(_("Please enter a valid email address, such as name@example.com."))
    # The length comes first, so that no later step meets a long text.
    stripped = text.strip() if len(text) <= MAX_LENGTH else ""
    local, at, domain = stripped.rpartition("@")
    if not at or not _is_local_part(local):
        raise refusal
    try:
        ascii_domain = idna.encode(domain, uts46=True, std3_rules=True).decode("ascii").lower()
    except UnicodeError:
        # idna's errors are UnicodeErrors; which rule was broken helps nobody who mistyped.
        raise refusal from None
    address = f"{_folded(local)}@{ascii_domain}"
    if not _is_public_domain(ascii_domain) or len(_folded(local)) > _MAX_LOCAL or len(address) > MAX_LENGTH:
        raise refusal
    return Email(address)


def _folded(local: str) -> str:
    """Canonical caseless form (Unicode §3.13 D145), composed."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", local).casefold())


def _is_local_part(local: str) -> bool:
    """A dot-atom of ASCII marks and of letters, marks and digits of any script; no quoting, no invisible characters."""
    if not local or len(local) > _MAX_LOCAL or local.startswith(".") or local.endswith(".") or ".." in local:
        return False
    return all(char in _ATEXT or (not char.isascii() and unicodedata.category(char)[0] in "LMN") for char in local)


def _is_public_domain(domain: str) -> bool:
    """At least two labels, no final dot, and a top level that is not a number (an IP address is no mail domain)."""
    labels = domain.split(".")
    return len(labels) > 1 and all(labels) and not labels[-1].isdecimal()


def parse_phone(text: str) -> PhoneNumber:
    """Read a phone number; without a country code it is Nigerian. Raises ValueError with a sentence."""
    refusal = ValueError(_("Please enter a valid phone number, such as 0801 234 5678 or +234 801 234 5678."))
    # Letters are refused before the library sees them: it would read "call 0801…", vanity words and extensions.
    if len(text) > _MAX_PHONE or not all(_is_phone_character(char) for char in text.strip()):
        raise refusal
    try:
        number = phonenumbers.parse(text, _REGION)
        value = _e164(number)
        # The stored form must be read as itself, or one number would have two spellings.
        is_stable = _e164(phonenumbers.parse(value)) == value
    except phonenumbers.NumberParseException:
        raise refusal from None
    # Possible, not valid: the library's table of assigned prefixes ages, and an upgrade must lock nobody out.
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE or not is_stable:
        raise refusal
    return PhoneNumber(value)


def _e164(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _is_phone_character(char: str) -> bool:
    """A digit of any script, a space, or a mark people put between digits."""
    return char in _PHONE_MARKS or unicodedata.category(char) in {"Nd", "Zs"}
