"""Fixtures: the playing provider, and a caller that checks what every answer must have."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeAlias

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from example_backend.security_headers import HEADERS
from tests.provider import Provider, running_provider

if TYPE_CHECKING:
    # What Django's test client returns: a response that can also read its own JSON.
    from django.test.client import _MonkeyPatchedWSGIResponse

    Answer: TypeAlias = _MonkeyPatchedWSGIResponse
else:
    Answer = HttpResponse

Ask = Callable[..., Answer]


@pytest.fixture
def provider(settings: Settings) -> Iterator[Provider]:
    """A provider on a socket, known to the service."""
    with running_provider() as running:
        settings.FASHIONISTAR_AUTH = {**settings.FASHIONISTAR_AUTH, "ISSUER": running.issuer}
        yield running


@pytest.fixture
def ask() -> Ask:
    """Send one request; whatever comes back has the security headers and sets no cookie."""

    def send(path: str, token: str | None = None, *, method: str = "GET", host: str = "localhost:8001") -> Answer:
        headers = {"Host": host, "Origin": "http://localhost:5173"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        answer = Client(raise_request_exception=False).generic(method, path, headers=headers)
        assert {name: answer.get(name) for name in HEADERS} == HEADERS
        assert not answer.cookies
        return answer

    return send
