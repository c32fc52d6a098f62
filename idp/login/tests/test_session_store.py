"""Sessions behind a cache that may be down, full of somebody else's entries, or poisoned; on a real Redis where there is one."""

import os
import pickle
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import caches
from pytest_django import DjangoAssertNumQueries, Settings

from idp.accounts.models import User
from idp.conftest import PASSWORD
from idp.login.models import SsoSession
from idp.login.session_store import SessionStore
from idp.login.services.end_session import end_session
from idp.login.tests.browser import Browser
from idp.login.types import EndReason

pytestmark = pytest.mark.django_db

REDIS_URL = os.environ.get("REDIS_URL", "")
needs_redis = pytest.mark.skipif(not REDIS_URL, reason="REDIS_URL is not set")
NOBODY_LISTENS = "redis://127.0.0.1:1/0"


def _redis(location: str) -> dict[str, Any]:
    return {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": location,
        "KEY_PREFIX": f"idp-test-{os.getpid()}:sessions",
        "OPTIONS": {
            "SERIALIZER": "django_redis.serializers.json.JSONSerializer",
            "SOCKET_CONNECT_TIMEOUT": 1,
            "SOCKET_TIMEOUT": 1,
        },
    }


def _local() -> dict[str, Any]:
    return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "session-store-tests"}


@pytest.fixture(params=["local", pytest.param("redis", marks=needs_redis)])
def store(request: pytest.FixtureRequest, settings: Settings) -> None:
    """The cached engine on a cache that works."""
    cache = _redis(REDIS_URL) if request.param == "redis" else _local()
    settings.CACHES = {**settings.CACHES, "sessions": cache}
    settings.SESSION_ENGINE = "idp.login.session_store"


@pytest.fixture
def no_redis(settings: Settings) -> None:
    """The cached engine with nobody listening where Redis should be."""
    settings.CACHES = {**settings.CACHES, "sessions": _redis(NOBODY_LISTENS)}
    settings.SESSION_ENGINE = "idp.login.session_store"


def _signed_in() -> Browser:
    browser = Browser()
    assert browser.sign_in("ada@example.com", PASSWORD).status_code == 303
    return browser


def _entry(browser: Browser) -> str:
    """The name of the browser's entry in the cache."""
    return SessionStore(browser.cookies["idp_session"].value).cache_key


# --- When it works ------------------------------------------------------------------------------------------------------


def test_the_cache_saves_the_query_for_the_cookie_and_only_that(
    store: None, ada: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    browser = _signed_in()
    with django_assert_num_queries(1) as captured:
        assert browser.whoami()["user"] == str(ada.pk)
    assert "login_ssosession" in captured[0]["sql"]


def test_losing_the_cache_loses_nobody(store: None, ada: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    browser = _signed_in()
    caches["sessions"].delete(_entry(browser))
    with django_assert_num_queries(2):
        assert browser.whoami()["user"] == str(ada.pk)
    with django_assert_num_queries(1):
        assert browser.whoami()["user"] == str(ada.pk)


def test_signing_out_removes_both_copies(store: None, ada: User) -> None:
    browser = _signed_in()
    key, entry = browser.cookies["idp_session"].value, _entry(browser)
    assert caches["sessions"].get(entry) is not None
    browser.get("/leave")
    assert caches["sessions"].get(entry) is None
    assert not Session.objects.filter(session_key=key).exists()


@needs_redis
@pytest.mark.parametrize("store", ["redis"], indirect=True)
def test_an_entry_leaves_redis_when_a_session_may_idle_no_longer(store: None, ada: User, settings: Settings) -> None:
    entry = _entry(_signed_in())
    life = caches["sessions"].ttl(entry)  # type: ignore[attr-defined]
    assert settings.IDP_SESSION_IDLE_SECONDS - 60 < life <= settings.IDP_SESSION_IDLE_SECONDS


@needs_redis
@pytest.mark.parametrize("store", ["redis"], indirect=True)
def test_a_short_session_leaves_redis_with_itself(store: None, db: None) -> None:
    session = SessionStore()
    session["sid"] = "x"
    session.set_expiry(100)
    session.save()
    assert 0 < caches["sessions"].ttl(session.cache_key) <= 100  # type: ignore[attr-defined]


# --- When it does not ---------------------------------------------------------------------------------------------------


def test_without_redis_everything_works_from_sql(no_redis: None, ada: User) -> None:
    browser = _signed_in()
    assert browser.whoami()["user"] == str(ada.pk)
    assert browser.sign_in("ada@example.com", PASSWORD, fresh=True).status_code == 303
    assert browser.get("/leave").json()["user"] is None
    assert browser.whoami()["user"] is None


def test_a_sign_out_while_redis_was_away_is_not_undone_when_it_comes_back(
    store: None, ada: User, settings: Settings
) -> None:
    working = settings.CACHES["sessions"]
    browser = _signed_in()
    key = browser.cookies["idp_session"].value
    settings.CACHES = {**settings.CACHES, "sessions": _redis(NOBODY_LISTENS)}
    browser.get("/leave")
    settings.CACHES = {**settings.CACHES, "sessions": working}
    browser.cookies["idp_session"] = key
    assert browser.whoami() == {"user": None, "sid": None}


# --- When somebody else writes to it ------------------------------------------------------------------------------------


class Canary:
    """Unpickling this creates a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return Path.touch, (self.path,)


@needs_redis
@pytest.mark.parametrize("store", ["redis"], indirect=True)
def test_a_pickle_planted_in_redis_never_runs(store: None, ada: User, tmp_path: Path) -> None:
    canary = tmp_path / "ran"
    pickle.loads(pickle.dumps(Canary(canary)))  # noqa: S301 - shows that this canary does run where pickles are read
    assert canary.exists()
    canary.unlink()

    browser = _signed_in()
    redis = caches["sessions"].client.get_client(write=True)  # type: ignore[attr-defined]
    redis.set(caches["sessions"].make_key(_entry(browser)), pickle.dumps(Canary(canary)))

    assert browser.whoami()["user"] == str(ada.pk)
    assert not canary.exists()


@pytest.mark.parametrize("planted", [{"sid": "SID"}, "SID", '{"sid": "SID"}', 7, ["SID"], "a:b:c"])
def test_an_entry_of_somebody_elses_making_signs_nobody_in(store: None, ada: User, planted: Any) -> None:
    sid = str(_sid_of(_signed_in()))
    thief = Browser()
    thief.cookies["idp_session"] = "abcdefghijklmnopqrstuvwxyz012345"
    forged = {"sid": sid} if isinstance(planted, dict) else str(planted).replace("SID", sid)
    caches["sessions"].set(_entry(thief), forged if isinstance(planted, dict | str) else planted)
    assert thief.whoami() == {"user": None, "sid": None}


def test_an_entry_copied_to_another_key_signs_nobody_in(store: None, ada: User) -> None:
    victim, thief = _signed_in(), Browser()
    thief.cookies["idp_session"] = "abcdefghijklmnopqrstuvwxyz012345"
    caches["sessions"].set(_entry(thief), caches["sessions"].get(_entry(victim)))
    assert thief.whoami() == {"user": None, "sid": None}
    assert victim.whoami()["user"] == str(ada.pk)


def test_an_old_entry_put_back_revives_nobody(store: None, ada: User) -> None:
    browser = _signed_in()
    entry, kept = _entry(browser), caches["sessions"].get(_entry(browser))
    end_session(sid=_sid_of(browser), reason=EndReason.REVOKED)
    caches["sessions"].set(entry, kept)
    assert browser.whoami() == {"user": None, "sid": None}


def _sid_of(browser: Browser) -> Any:
    sid = browser.whoami()["sid"]
    return SsoSession.objects.get(pk=sid).pk
