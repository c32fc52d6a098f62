"""Field types shared by every pydantic schema: text cleaned once, at the edge.

Passwords are never cleaned (NIST SP 800-63B-4 §3.1.1.2: compared as received), so they use plain `SecretStr`.
"""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

from idp.core.specs import implements


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


@implements("RFC 7591", "5")
def without_invisible(value: str) -> str:
    """Refuse every character that shows nothing by itself: two applications' names must not look alike. Raises ValueError.

    Not for people's names: Persian and several Indian languages are written with joiners (Unicode 16.0 §23.2).
    """
    if any(unicodedata.category(char) in _UNSEEN or _BLANK.match(char) for char in without_controls(value)):
        raise ValueError("invisible characters are not allowed")
    return value


# Format characters (zero width, directional marks, tags), private use, unassigned, and separators of lines and paragraphs.
_UNSEEN = frozenset({"Cf", "Co", "Cn", "Zl", "Zp"})
# Letters, marks and symbols that are drawn as nothing: fillers, the joiner of graphemes, variation selectors, blank Braille.
_BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")

ApplicationName = Annotated[str, BeforeValidator(clean_text), AfterValidator(without_invisible)]
