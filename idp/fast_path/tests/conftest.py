"""Django's test client with the fast path in front, as the server has it; and whoever asks in these tests."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_started
from django.db import close_old_connections
from pytest_django import Settings

from idp.copies import line, trust
from idp.fast_path.application import in_front_of
from idp.fast_path.tests.stores import InMemory, InRedis, Store
from idp.fast_path.tests.wsgi import Answered, Ask, asked
from idp.oidc.tests.fixtures import browser, clients, registrations, shopper, stranger
from idp.tests.in_front import put_in_front
from idp.tests.journey import Browser
from idp.tests.parties import BACKEND, DEMO_API, POST_WEB, SPA, WEB, introspect, obtain_tokens, userinfo

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


@pytest.fixture
def tokens(browser: Browser, settings: Settings, store: Store) -> dict[str, str]:
    """A live token, a dead one, a forged one, a JWT; of the first, and of who asks, everything is kept."""
    settings.IDP_THROTTLE = False
    live = obtain_tokens(browser, SPA, scope="openid email roles")["access_token"]
    foreign = obtain_tokens(browser, WEB, scope="openid email")["access_token"]
    own = obtain_tokens(browser, POST_WEB, scope="openid email")["access_token"]
    dead = obtain_tokens(browser, SPA)["access_token"]
    store.clear()
    for _ in range(2):
        for token in (live, foreign, dead):
            introspect(BACKEND, token)
            userinfo(token)
        introspect(DEMO_API, live)
        POST_WEB.post("/oauth2/introspect", {"token": own})
        userinfo(own)
    SPA.post("/oauth2/revoke", {"token": dead})
    POST_WEB.post("/oauth2/introspect", {"token": foreign})
    forged = live[:-1] + ("A" if live[-1] != "A" else "B")
    return {"live": live, "foreign": foreign, "own": own, "dead": dead, "forged": forged, "jwt": "eyJhbGciOiJSUzI1NiJ9.e30.c2ln"}


@pytest.fixture
def ask(tokens: dict[str, str]) -> Iterator[Ask]:
    """The same request to both; and whether it was answered before Django."""
    django = WSGIHandler()
    # As Django's test client does: the connection is the test's, whose transaction is open.
    request_started.disconnect(close_old_connections)

    def both(make: Callable[[], dict[str, Any]]) -> tuple[Answered, Answered, bool]:
        passed: list[bool] = []

        def noted(request: Any, start: Any) -> Any:  # noqa: ANN401 - WSGI's own
            passed.append(True)
            return django(request, start)

        return asked(in_front_of(noted), make()), asked(django, make()), not passed

    yield both
    request_started.connect(close_old_connections)
