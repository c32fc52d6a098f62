"""What only a real Redis shows: entries that leave by themselves, and a pickle planted among them. Needs REDIS_URL."""

import pickle
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from pytest_django import Settings

from idp.accounts.models import User
from idp.login.session_store import ForgivingCache, SessionStore
from idp.login.tests.caches import entry_of, sign_ada_in

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("store", ["redis"], indirect=True)]


def test_an_entry_leaves_redis_when_a_session_may_idle_no_longer(store: None, ada: User, settings: Settings) -> None:
    entry = entry_of(sign_ada_in())
    life = caches["sessions"].ttl(entry)  # type: ignore[attr-defined]
    assert settings.IDP_SESSION_IDLE_SECONDS - 60 < life <= settings.IDP_SESSION_IDLE_SECONDS


def test_a_short_session_leaves_redis_with_itself(store: None, db: None) -> None:
    session = SessionStore()
    session["sid"] = "x"
    session.set_expiry(100)
    session.save()
    assert 0 < caches["sessions"].ttl(session.cache_key) <= 100  # type: ignore[attr-defined]


class Canary:
    """Unpickling this creates a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return Path.touch, (self.path,)


def test_a_pickle_planted_in_redis_never_runs(store: None, ada: User, tmp_path: Path) -> None:
    canary = tmp_path / "ran"
    pickle.loads(pickle.dumps(Canary(canary)))  # noqa: S301 - shows that this canary does run where pickles are read
    assert canary.exists()
    canary.unlink()

    browser = sign_ada_in()
    redis = caches["sessions"].client.get_client(write=True)  # type: ignore[attr-defined]
    redis.set(caches["sessions"].make_key(entry_of(browser)), pickle.dumps(Canary(canary)))
    with pytest.raises(ValueError, match="codec can't decode"):
        caches["sessions"].get(entry_of(browser))
    assert ForgivingCache("sessions").get(entry_of(browser)) is None

    assert browser.whoami()["user"] == str(ada.pk)
    assert not canary.exists()
