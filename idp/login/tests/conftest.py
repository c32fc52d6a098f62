"""What the tests of the sign-in share: a browser, some people, and a counter at the edge of the hash library."""

import datetime as dt
import threading
from collections.abc import Callable, Iterator

import argon2
import pytest
from django.core.cache import caches
from pytest_django import Settings
from time_machine import TimeMachineFixture

from idp.accounts.models import User
from idp.conftest import PASSWORD
from idp.login.signals import session_ended
from idp.login.tests.browser import Browser
from idp.login.tests.caches import NOBODY_LISTENS, REDIS_URL, in_process, redis_at

# Tests of what only a real Redis does join the run when there is one.
collect_ignore = [] if REDIS_URL else ["test_session_store_redis.py"]


@pytest.fixture(autouse=True)
def _addresses(settings: Settings) -> None:
    settings.ROOT_URLCONF = "idp.login.tests.urls"


@pytest.fixture
def browser() -> Browser:
    return Browser()


@pytest.fixture
def ada(make_user: Callable[..., User]) -> User:
    return make_user(email="ada@example.com")


@pytest.fixture
def bola(make_user: Callable[..., User]) -> User:
    return make_user(email="bola@example.com")


@pytest.fixture
def phoebe(make_user: Callable[..., User]) -> User:
    return make_user(phone_number="+2348012345678", verified=True)


@pytest.fixture
def signed_in(browser: Browser, ada: User) -> Browser:
    """Ada's browser after she signed in."""
    assert browser.sign_in("ada@example.com", PASSWORD).status_code == 303
    return browser


@pytest.fixture
def ended() -> Iterator[list[dict[str, object]]]:
    """What `session_ended` told its receivers."""
    news: list[dict[str, object]] = []

    def hear(*, sids: object, user_id: object, reason: object, **_rest: object) -> None:
        news.append({"sids": sids, "user_id": user_id, "reason": reason})

    session_ended.connect(hear)
    yield news
    session_ended.disconnect(hear)


@pytest.fixture
def later(time_machine: TimeMachineFixture, settings: Settings) -> Callable[[float], None]:
    """Let this many seconds pass; none passes otherwise.

    Redis keeps its own time, so what is in progress lies in this process meanwhile.
    """
    local = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "later"}
    settings.CACHES = {**settings.CACHES, "ephemeral": local}
    time_machine.move_to(dt.datetime.now(tz=dt.UTC), tick=False)
    return time_machine.shift


@pytest.fixture(params=["in process", *(["redis"] if REDIS_URL else [])])
def store(request: pytest.FixtureRequest, settings: Settings) -> Iterator[None]:
    """The cached engine on a cache that works."""
    cache = redis_at(REDIS_URL) if request.param == "redis" else in_process()
    settings.CACHES = {**settings.CACHES, "sessions": cache}
    settings.SESSION_ENGINE = "idp.login.session_store"
    yield
    caches["sessions"].clear()


@pytest.fixture
def no_redis(settings: Settings) -> None:
    """The cached engine with nobody listening where Redis should be."""
    settings.CACHES = {**settings.CACHES, "sessions": redis_at(NOBODY_LISTENS)}
    settings.SESSION_ENGINE = "idp.login.session_store"


@pytest.fixture
def sql_sessions(settings: Settings) -> None:
    """Sessions in SQL alone, whatever the rest of this run uses."""
    settings.SESSION_ENGINE = "idp.login.session_store_sql"


class Hashes:
    """How many hash operations the library was asked for; `meet` lets that many callers hash at the same time."""

    def __init__(self) -> None:
        self.count = 0
        self.meet: threading.Barrier | None = None

    def one(self) -> None:
        self.count += 1
        if self.meet is not None:
            self.meet.wait(timeout=60)


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> Hashes:
    """Counts at the edge of argon2-cffi: both of the functions every hash of ours ends in."""
    counted = Hashes()
    make, verify = argon2.low_level.hash_secret, argon2.low_level.verify_secret

    def making(*args: object, **kwargs: object) -> bytes:
        counted.one()
        return make(*args, **kwargs)  # type: ignore[arg-type]

    def verifying(*args: object, **kwargs: object) -> bool:
        counted.one()
        return verify(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr("argon2.low_level.hash_secret", making)
    # Where argon2-cffi's own hasher keeps its name for it.
    monkeypatch.setattr("argon2._password_hasher.verify_secret", verifying)
    return counted
