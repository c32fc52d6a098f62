"""The key in the link of a notice: 256 random bits, of which a keyed digest is stored. Whoever holds it can end one sign-in."""

import secrets

from idp.core import crypto
from idp.core.specs import implements

_PREFIX = "fst_nd_"
_BYTES = 32
# What the address of the link holds; anything else is not found and never looked up.
SHAPE = r"fst_nd_[A-Za-z0-9_-]{43}"
LINK = "/not-me/"


def new_key() -> str:
    """With a prefix by which secret scanners and our log filter know it."""
    return f"{_PREFIX}{secrets.token_urlsafe(_BYTES)}"


@implements("OWASP ASVS 5.0", "6.4.1")
def digest_of(key: str) -> str:
    """What is stored of it: 64 hexadecimal characters."""
    return crypto.keyed_digest(key.encode(), label="login.notice-key").hex()
