"""What the tests of the sign-in share: a browser, some people, and a counter at the edge of the hash library."""

import threading
from collections.abc import Callable, Iterator

import argon2
import argon2._password_hasher
import pytest
from pytest_django import Settings

from idp.accounts.models import User
from idp.conftest import PASSWORD
from idp.login.signals import session_ended
from idp.login.tests.browser import Browser


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
def signed_in(browser: Browser, ada: User) -> Browser:
    """Ada's browser after she signed in."""
    assert browser.sign_in("ada@example.com", PASSWORD).status_code == 303
    return browser


@pytest.fixture
def ended() -> Iterator[list[dict[str, object]]]:
    """What `session_ended` told its receivers."""
    news: list[dict[str, object]] = []

    def hear(*, sid: object, user_id: object, reason: object, **_rest: object) -> None:
        news.append({"sid": sid, "user_id": user_id, "reason": reason})

    session_ended.connect(hear)
    yield news
    session_ended.disconnect(hear)


class Hashes:
    """How many hash operations the library was asked for; `meet` lets that many callers hash at the same time."""

    def __init__(self) -> None:
        self.count = 0
        self.meet: threading.Barrier | None = None

    def one(self) -> None:
        self.count += 1
        if self.meet is not None:
            self.meet.wait(timeout=20)


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> Hashes:
    """Counts at the edge of argon2-cffi: both of the functions every hash of ours ends in."""
    counted = Hashes()
    make, verify = argon2.low_level.hash_secret, argon2._password_hasher.verify_secret

    def making(*args: object, **kwargs: object) -> bytes:
        counted.one()
        return make(*args, **kwargs)  # type: ignore[arg-type]

    def verifying(*args: object, **kwargs: object) -> bool:
        counted.one()
        return verify(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(argon2.low_level, "hash_secret", making)
    monkeypatch.setattr(argon2._password_hasher, "verify_secret", verifying)
    return counted
