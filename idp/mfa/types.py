"""Words shared by every factor package."""

import unicodedata
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from idp.core.types import CleanText


class FactorKind(StrEnum):
    """Which package a factor belongs to; the value stands in addresses, API bodies and the audit trail."""

    TOTP = "totp"
    PASSKEY = "passkey"
    RECOVERY_CODES = "recovery_codes"


MOST_OF_A_KIND = 10
LONGEST_NAME = 64


def _visible(name: str) -> str:
    """A name somebody can see and tell apart. Raises ValueError."""
    if not any(unicodedata.category(character)[0] in "LNPS" for character in name):
        raise ValueError("the name shows nothing")
    return name


# What a person calls one of their factors: "My phone".
FactorName = Annotated[CleanText, StringConstraints(min_length=1, max_length=LONGEST_NAME), AfterValidator(_visible)]
