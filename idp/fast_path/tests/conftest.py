"""Django's test client with the fast path in front, as the server has it; and whoever asks in these tests."""

import os
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from idp.copies import line, trust
from idp.fast_path.tests.stores import InMemory, InRedis, Store
from idp.oidc.tests.fixtures import browser, clients, registrations, shopper, stranger
from idp.tests.in_front import put_in_front

# Faults of Redis join the run when there is one.
collect_ignore = [] if os.environ.get("REDIS_URL") else ["test_faults.py"]

__all__ = ["browser", "clients", "registrations", "shopper", "stranger"]


@pytest.fixture(autouse=True)
def store(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Where copies lie."""
    if settings.IDP_COPIES:
        return InRedis()
    settings.IDP_COPIES = True
    memory = InMemory()
    monkeypatch.setattr(line, "evaluate", memory.evaluate)
    return memory


@pytest.fixture(autouse=True)
def one_look(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A look for undelivered marks counts for the whole test, unless something withdraws it: no test depends on its own speed."""
    monkeypatch.setattr(trust, "_LOOK_SECONDS", 3600)
    trust.withdraw()
    line.wake()
    yield
    line.wake()
    trust.withdraw()


@pytest.fixture
def as_served() -> None:
    """These tests say themselves when they ask there first."""


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths that were answered before Django; with it, the test client asks there first."""
    return put_in_front(monkeypatch)
