"""Django sessions in SQL alone: the engine of the embedded default, where no cache is shared between processes.

The key is in the cookie and nowhere else: a row is named by a keyed digest of it, so that whoever reads the database or a dump
takes over nobody's session. Rows named by an older release lead nowhere any more: their owners sign in
again. For WSGI: Django's synchronous methods are the ones used, and the only ones changed here.

Django looks up whatever the cookie says. A quoted cookie can carry any byte, NUL included, at which PostgreSQL balks, so
a key that we cannot have made is no key at all: it is never looked up, never adopted and never a server error.
"""

import base64
import re
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession

from idp.core import clock
from idp.core.crypto import keyed_digest
from idp.core.specs import implements

# What Django makes: 32 characters of 36, more than 160 bits.
_OUR_KEY = re.compile(r"[a-z0-9]{32}")
# 240 bits of the digest, in the 40 characters that Django's column holds.
_NAME_BYTES = 30


@implements("OWASP ASVS 5.0", "7.2.3")
def is_our_key(key: str | None) -> bool:
    """Whether a session key has the form of those we make."""
    return key is not None and _OUR_KEY.fullmatch(key) is not None


def stored_name(key: str) -> str:
    """How the session of this key is called in the stores; nobody gets from here to the key."""
    return base64.urlsafe_b64encode(keyed_digest(key.encode(), label="session-key")[:_NAME_BYTES]).decode()


class NamedByDigest(db.SessionStore):
    """Whatever Django asks a store for by its key is asked for by its stored name."""

    def _validate_session_key(self, key: str | None) -> bool:
        """Django sets every other key to None."""
        return is_our_key(key)

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        """The row; without one this is no session, and its key is not adopted."""
        live = self.model.objects.filter(expire_date__gt=clock.now())
        row = live.filter(session_key=stored_name(self.session_key)).first() if self.session_key else None
        if row is None:
            self._session_key = None
        return row

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        """The row to be written."""
        row = super().create_model_instance(data)
        row.session_key = stored_name(row.session_key)
        return row

    def exists(self, session_key: str) -> bool:
        """Whether this key is taken."""
        return bool(super().exists(stored_name(session_key)))

    def delete(self, session_key: str | None = None) -> None:
        """Forget the session of this key, without one that of this store."""
        key = session_key or self.session_key
        if key is not None:
            super().delete(stored_name(key))


class SessionStore(NamedByDigest):
    """Django's own store with names for keys."""
