"""The session caches these tests put in front of SQL: one that works, one on a real Redis, one where nobody listens."""

import os
import uuid
from typing import Any

from idp.conftest import PASSWORD
from idp.login.session_store import SessionStore
from idp.login.tests.browser import Browser

REDIS_URL = os.environ.get("REDIS_URL", "")
NOBODY_LISTENS = "redis://127.0.0.1:1/0"


def redis_at(location: str) -> dict[str, Any]:
    """The sessions cache on this Redis, with entries of its own."""
    return {
        "BACKEND": "idp.tests.caches.SharedRedisCache",
        "LOCATION": location,
        "KEY_PREFIX": f"idp-test-{os.getpid()}:sessions",
        "OPTIONS": {
            "SERIALIZER": "django_redis.serializers.json.JSONSerializer",
            "SOCKET_CONNECT_TIMEOUT": 1,
            "SOCKET_TIMEOUT": 1,
        },
    }


def in_process() -> dict[str, Any]:
    """The sessions cache in this process."""
    return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "session-store-tests"}


def sign_ada_in() -> Browser:
    """A new browser in which Ada signed in."""
    browser = Browser()
    assert browser.sign_in("ada@example.com", PASSWORD).status_code == 303
    return browser


def entry_of(browser: Browser) -> str:
    """The name of the browser's entry in the cache."""
    return SessionStore(browser.cookies["idp_session"].value).cache_key


def sid_of(browser: Browser) -> uuid.UUID:
    """The session the browser holds."""
    return uuid.UUID(browser.whoami()["sid"])
