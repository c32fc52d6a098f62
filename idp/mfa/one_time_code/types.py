"""What a code is asked for; the mail says it in words (`frontend/templates/email/one_time_code.html`)."""

from dataclasses import dataclass
from enum import StrEnum

from idp.accounts.identifiers import Email, Identifier


class Purpose(StrEnum):
    """A code of one purpose is no code of another."""

    VERIFY_EMAIL = "verify_email"
    VERIFY_PHONE = "verify_phone"
    RECOVER_PASSWORD = "recover_password"  # noqa: S105 - a purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Where a code counts: its purpose, the address it goes to, and the visit that asks (uid and browser of a sign-in)."""

    purpose: Purpose
    to: Identifier
    visit: str


def proof_of(address: Identifier) -> Purpose:
    """What a code is asked for that proves this address."""
    return Purpose.VERIFY_EMAIL if isinstance(address, Email) else Purpose.VERIFY_PHONE
