"""How a recovery code looks, and what is stored of it.

Twenty-four characters of a base-32 alphabet without look-alikes (no I, L, O, U): 120 random bits, so a keyed digest suffices
(OWASP ASVS 5.0 V6.5.2 asks a slow hash below 112). Typed in any case, with or without the dashes, O for 0 and I or L for 1.
"""

import re
import secrets
import uuid

from idp.core import crypto
from idp.core.specs import implements

# Crockford's alphabet.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CHARACTERS = 24
_GROUP = 6
_LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})
_SEPARATORS = re.compile(r"[\s-]")
_SHAPE = re.compile(f"[{_ALPHABET}]{{{_CHARACTERS}}}")
_LONGEST_TYPED = 64


@implements("OWASP ASVS 5.0", "6.5.3")
def new_code() -> str:
    """A fresh code as it is shown: four groups of six."""
    drawn = "".join(secrets.choice(_ALPHABET) for _ in range(_CHARACTERS))
    return "-".join(drawn[start : start + _GROUP] for start in range(0, _CHARACTERS, _GROUP))


def digest_of(code: str, *, user_id: uuid.UUID) -> str | None:
    """What is stored of this code for this person; None for what cannot be one."""
    if len(code) > _LONGEST_TYPED or not code.isascii():
        return None
    plain = _SEPARATORS.sub("", code).upper().translate(_LOOK_ALIKES)
    if not _SHAPE.fullmatch(plain):
        return None
    return crypto.keyed_digest(f"{user_id}.{plain}".encode(), label="mfa.recovery-code").hex()
