"""Fixtures: the playing provider, the service's settings pointed at it, and a caller that speaks HTTP."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeAlias

import pytest
from django.core.cache import caches
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from tests.provider import Provider, running_provider

if TYPE_CHECKING:
    # What Django's test client returns: a response that can also read its own JSON.
    from django.test.client import _MonkeyPatchedWSGIResponse

    Answer: TypeAlias = _MonkeyPatchedWSGIResponse
else:
    Answer = HttpResponse

Ask = Callable[..., Answer]
Configure = Callable[..., None]


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """No test meets what another one left."""
    caches["default"].clear()


@pytest.fixture
def configure(settings: Settings) -> Configure:
    """Change keys of FASHIONISTAR_AUTH for one test."""

    def change(**values: object) -> None:
        settings.FASHIONISTAR_AUTH = {**settings.FASHIONISTAR_AUTH, **{k.upper(): v for k, v in values.items()}}

    return change


@pytest.fixture
def provider(configure: Configure) -> Iterator[Provider]:
    """A provider on a socket, known to the service."""
    with running_provider() as running:
        configure(issuer=running.issuer)
        yield running


@pytest.fixture
def ask() -> Ask:
    """Send one request to the service; `token` becomes the Authorization header."""

    def send(path: str, token: str | None = None, *, method: str = "GET", **extra: object) -> Answer:
        headers = dict(extra.pop("headers", {}))  # type: ignore[call-overload]
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        return Client(raise_request_exception=False).generic(method, path, headers=headers, **extra)  # type: ignore[arg-type]

    return send
