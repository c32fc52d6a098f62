"""Field types shared by every pydantic schema: text cleaned once, at the edge.

Passwords are never cleaned (NIST SP 800-63B-4 §3.1.1.2: compared as received), so they use plain `SecretStr`.
"""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict


class Schema(BaseModel):
    """Base of every schema: frozen, strict, unknown fields refused."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


def clean_text(value: object) -> object:
    """Normalise to Unicode NFC and trim; anything but text is left for pydantic to refuse."""
    return unicodedata.normalize("NFC", value).strip() if isinstance(value, str) else value


def without_controls(value: str) -> str:
    """Refuse control and bidirectional-override characters, which let text lie about itself. Raises ValueError."""
    if any(unicodedata.category(char) in {"Cc", "Cs"} or char in _BIDI for char in value):
        raise ValueError("control characters are not allowed")
    return value


# Explicit directional formatting (Unicode UAX #9 §2): a name must not reorder the sentence it stands in.
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

CleanText = Annotated[str, BeforeValidator(clean_text), AfterValidator(without_controls)]
