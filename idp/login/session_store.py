"""Django sessions in SQL with Redis in front: the engine wherever REDIS_URL is set.

Stock `cached_db` answers 500 when Redis is down. Here every fault of the cache is a miss, and SQL, which is written
first, answers. An entry is text signed for its own name (never pickle), so writing to Redis makes nobody signed in, and it
lives as long as a session may idle, so sessions leave Redis by themselves. What a lost delete leaves behind names a `sid`
at most; whether that counts is read from SQL (`current.py`). For WSGI: the synchronous methods are the ones used.
"""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.sessions.backends import cached_db
from django.core import signing
from django.core.cache import caches
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django_redis.exceptions import ConnectionInterrupted
from redis.exceptions import RedisError

from idp.login.session_store_sql import NamedByDigest, stored_name

logger = logging.getLogger("idp.login.sessions")

# Not reached, or closed in mid-air.
_AWAY = (ConnectionInterrupted, RedisError, OSError)
# After that the cache is left alone for so long: one that hangs would cost every request a time-out for each act.
_REST_SECONDS = 5
_LOCAL = "limits_local"
_RESTING = "sessions/resting"

Said = TypeVar("Said")


class ForgivingCache(BaseCache):
    """The sessions cache, seen by the store as one that never fails and never lies."""

    def __init__(self, alias: str) -> None:
        """Stand in front of the cache of this alias."""
        super().__init__({})
        self.alias = alias

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:  # noqa: ANN401 - Django's signature
        """What was stored under this very key, else `default`."""

        def read() -> Any:  # noqa: ANN401 - as above
            text = caches[self.alias].get(key, version=version)
            return signing.loads(text, salt=_salt(key)) if isinstance(text, str) else default

        return self._said("read", read, otherwise=default)

    def set(
        self,
        key: str,
        value: Any,  # noqa: ANN401 - Django's signature
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> None:
        """Store signed, for `timeout` seconds but never longer than a session may idle."""
        idle: int = settings.IDP_SESSION_IDLE_SECONDS
        life = min(timeout, idle) if isinstance(timeout, int | float) else idle
        signed = signing.dumps(value, salt=_salt(key))
        self._said("write", lambda: caches[self.alias].set(key, signed, life, version=version), otherwise=None)

    def delete(self, key: str, version: int | None = None) -> bool:
        """Remove; SQL has forgotten it already."""
        return self._said("delete", lambda: bool(caches[self.alias].delete(key, version=version)), otherwise=False)

    def _said(self, act: str, call: Callable[[], Said], *, otherwise: Said) -> Said:
        """What the cache says; `otherwise` when it cannot be asked, is left alone, or holds what we did not write."""
        if caches[_LOCAL].get(_RESTING) is not None:
            return otherwise
        try:
            return call()
        except signing.BadSignature:
            logger.warning("a session entry of the cache was not written by us for its key")
        except _AWAY as fault:
            caches[_LOCAL].set(_RESTING, 1, _REST_SECONDS)
            _report(act, fault)
        except ValueError as fault:
            # Not JSON, or not even text.
            _report(act, fault)
        return otherwise

    def has_key(self, key: str, version: int | None = None) -> bool:
        """Never: whether a key is taken is a question for SQL, which `exists` asks next."""
        return False


class SessionStore(NamedByDigest, cached_db.SessionStore):
    """Stock `cached_db` over a forgiving cache, with names for keys in both places."""

    cache_key_prefix = "sso:"

    def __init__(self, session_key: str | None = None) -> None:
        """Open the session of this key, or a new one."""
        super().__init__(session_key)
        self._cache = ForgivingCache(settings.SESSION_CACHE_ALIAS)

    @property
    def cache_key(self) -> str:
        """The name of its entry."""
        key = self._get_or_create_session_key()  # type: ignore[attr-defined]  # not in the stubs
        return self.cache_key_prefix + stored_name(key)


def _salt(key: str) -> str:
    """An entry copied to another key does not verify there."""
    return f"idp.login.session_store:{key}"


def _report(act: str, fault: Exception) -> None:
    """The kind of fault only: the text of some names keys."""
    logger.warning("the sessions cache failed; SQL answers", extra={"act": act, "fault": type(fault).__name__})
