"""Django's test client with the fast path in front of Django's handler, as a server has it.

`pytest -p idp.tests.in_front` runs any test so: what a read says must not depend on who answers it.
"""

import inspect
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import caches
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.test.client import ClientHandler, conditional_content_removal


@pytest.fixture(autouse=True)
def as_served(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test asks as a server's callers do; no copy of an earlier one is left.

    The key set, which may be a second old there, is read anew: clocks of tests stand still, and leap.
    """
    if request.node.get_closest_marker("django_alone"):
        return
    from idp.copies import trust
    from idp.fast_path import documents

    caches["copies"].clear()
    trust.withdraw()
    monkeypatch.setattr(documents, "_KEY_SET_SECONDS", 0)
    put_in_front(monkeypatch)


def put_in_front(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Have the test client ask there first; the paths that were answered there, as they come.

    A fault there is not left to Django but fails the test.
    """
    from idp.fast_path import application

    unguarded = {path: (route, inspect.unwrap(read)) for path, (route, read) in application._READS.items()}
    monkeypatch.setattr(application, "_READS", unguarded)
    in_front_of = application.in_front_of
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
        # The length stands on every answer of a server, and on none of Django's own.
        headers = {name: value for name, value in sent[1] if name != "Content-Length"}
        response, request = HttpResponse(b"".join(body), headers=headers), WSGIRequest(environ)
        conditional_content_removal(request, response)
        response.wsgi_request = request  # type: ignore[attr-defined]  # as the test client's own handler does
        return response

    monkeypatch.setattr(ClientHandler, "__call__", call)
    return paths
