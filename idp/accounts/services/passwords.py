"""What every use of a password shares: how long one may be, and its hash.

No hash is made inside a transaction: it would hold locks, and on SQLite every writer, for tens of milliseconds.
"""

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext_lazy as _
from pydantic import SecretStr

from idp.accounts.errors import PasswordRefused
from idp.accounts.hashing_slots import slots

# Argon2 takes any length; nobody's password is longer, and hashing megabytes is a way to waste our time.
MAX_BYTES = 4096


def is_hashable(password: SecretStr) -> bool:
    """Whether it is short enough and is text that UTF-8 can carry; decided without hashing."""
    raw = password.get_secret_value()
    try:
        return len(raw) <= MAX_BYTES and len(raw.encode()) <= MAX_BYTES
    except UnicodeEncodeError:
        # A lone surrogate, which JSON can spell and no keyboard can.
        return False


def hashed(password: SecretStr | None) -> str:
    """The hash to store; without a password, a value that matches none. One hash operation.

    Raises PasswordRefused and NotHashed.
    """
    if password is None:
        return make_password(None)
    if not password.get_secret_value():
        raise PasswordRefused(fields={"password": [_("Please enter a password.")]})
    if not is_hashable(password):
        raise PasswordRefused(fields={"password": [_("This password is too long.")]})
    with slots.line(), slots.one():
        return make_password(password.get_secret_value())
