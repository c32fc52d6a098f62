"""Django's test client with the fast path in front of Django's handler, as a server has it.

`pytest -p idp.tests.in_front` runs any test so: what a read says must not depend on who answers it.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import caches
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.test.client import ClientHandler


@pytest.fixture(autouse=True)
def as_served(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test asks as a server's callers do; no copy of an earlier one is left."""
    from idp.copies import trust  # noqa: PLC0415 - a plugin is there before Django is

    caches["copies"].clear()
    trust.withdraw()
    put_in_front(monkeypatch)


def put_in_front(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Have the test client ask there first; the paths that were answered there, as they come."""
    from idp.fast_path.application import in_front_of  # noqa: PLC0415 - as above

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
