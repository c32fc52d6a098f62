"""Django's test client with the fast path in front, as the server has it; and whoever asks in these tests."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.test.client import ClientHandler
from pytest_django import Settings

from idp.copies import line, trust
from idp.fast_path.application import in_front_of
from idp.fast_path.tests.stores import InMemory, InRedis, Store
from idp.oidc.tests.fixtures import browser, clients, registrations, shopper, stranger

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
def answered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths that were answered before Django; with it, the test client asks there first."""
    paths: list[str] = []
    django_answers: Callable[..., Any] = ClientHandler.__call__

    def call(handler: ClientHandler, environ: dict[str, Any]) -> Any:  # noqa: ANN401 - the client's response
        environ.setdefault("HTTP_HOST", environ["SERVER_NAME"])
        sent: list[Any] = []
        passed: list[bytes] = []
        body = in_front_of(lambda _environ, _start: passed)(environ, lambda *given: sent.extend(given))  # type: ignore[arg-type]
        if body is passed:
            return django_answers(handler, environ)
        paths.append(environ["PATH_INFO"])
        response = HttpResponse(b"".join(body), headers=dict(sent[1]))
        response.wsgi_request = WSGIRequest(environ)  # type: ignore[attr-defined]  # as the test client's own handler does
        return response

    monkeypatch.setattr(ClientHandler, "__call__", call)
    return paths
