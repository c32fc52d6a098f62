"""How a code looks, and what is stored of it. Six digits are few: what protects them is the count of tries and the short life."""

import re
import secrets

from idp.core import crypto
from idp.core.specs import implements
from idp.mfa.one_time_code.types import Asked

_DIGITS = 6
_SHAPE = re.compile(r"[0-9]{6}")
_SEPARATORS = re.compile(r"[\s-]")
_LONGEST_TYPED = 64


@implements("OWASP ASVS 5.0", "6.5.3")
def new_code() -> str:
    """Six digits from the system's generator."""
    return f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}d}"


def slot_of(asked: Asked) -> str:
    """The place a code counts in, and nowhere else."""
    return crypto.blind_index(f"{asked.purpose}\n{asked.to.value}\n{asked.visit}", label="mfa.one-time-code.slot")


def digest_of(code: str, *, slot: str) -> str | None:
    """What is stored of this code in this slot; None for what cannot be one."""
    if len(code) > _LONGEST_TYPED or not code.isascii():
        return None
    plain = _SEPARATORS.sub("", code)
    return crypto.keyed_digest(f"{slot}.{plain}".encode(), label="mfa.one-time-code").hex() if _SHAPE.fullmatch(plain) else None
