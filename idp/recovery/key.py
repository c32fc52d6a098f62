"""The recovery key: how it looks, what is stored of it, and to which state of the account it is bound."""

import secrets

from idp.accounts.models import User
from idp.core import crypto
from idp.core.specs import implements

_PREFIX = "fst_pr_"
_BYTES = 32
# What the address of the link holds; anything else is not found and never looked up.
SHAPE = r"fst_pr_[A-Za-z0-9_-]{43}"
LINK = "/recover/"


def new_key() -> str:
    """256 bits from the system's generator, with a prefix by which secret scanners and our log filter know it."""
    return f"{_PREFIX}{secrets.token_urlsafe(_BYTES)}"


def digest_of(key: str) -> str:
    """What is stored of it."""
    return crypto.keyed_digest(key.encode(), label="recovery.key").hex()


@implements("OWASP ASVS 5.0", "6.4.3")
def mark_of(user: User) -> str:
    """Another one as soon as password, addresses, their proof, or the account's being enabled is another."""
    state = (
        user.password,
        user.email_index or "",
        user.phone_number_index or "",
        f"{user.email_verified:d}{user.phone_number_verified:d}{user.is_active:d}",
    )
    return crypto.keyed_digest("\n".join((str(user.pk), *state)).encode(), label="recovery.mark").hex()
