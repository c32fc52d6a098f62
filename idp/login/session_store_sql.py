"""Django sessions in SQL alone: the engine of the embedded default, where no cache is shared between processes.

Django looks up whatever the cookie says. A quoted cookie can carry any byte, NUL included, at which PostgreSQL balks, so
a key that we cannot have made is no key at all: it is never looked up, never adopted and never a server error.
"""

import re

from django.contrib.sessions.backends import db

# What Django makes: 32 characters of 36, more than 160 bits.
_OUR_KEY = re.compile(r"[a-z0-9]{32}")


def is_our_key(key: str | None) -> bool:
    """Whether a session key has the form of those we make."""
    return key is not None and _OUR_KEY.fullmatch(key) is not None


class SessionStore(db.SessionStore):
    """Django's own store, asked only for keys of our making."""

    def _validate_session_key(self, key: str | None) -> bool:
        """Django sets every other key to None."""
        return is_our_key(key)
