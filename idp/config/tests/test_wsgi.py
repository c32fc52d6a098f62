"""The WSGI callable itself: whatever a server hands it, the answer is a sentence and never a stack trace."""

import io
import json
import logging
import sys
from typing import Any

import pytest
from django.db import OperationalError

from idp.config import wsgi
from idp.config.wsgi import application
from idp.fast_path.tests.wsgi import environ


def call(environ: dict[str, Any]) -> tuple[str, dict[str, str], bytes]:
    """Status, headers and body of the answer to this environment (PEP 3333)."""
    seen: list[tuple[str, dict[str, str]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], _failure: Any = None) -> Any:  # noqa: ANN401 - PEP 3333
        seen.append((status, dict(headers)))

    body = b"".join(application(environ, start_response))
    ((status, headers),) = seen
    return status, headers, body


def test_a_request_that_cannot_even_be_built_is_answered_in_a_sentence() -> None:
    status, headers, body = call({})
    assert status.startswith("500 ")
    assert headers["Content-Type"] == "application/json"
    assert headers["Cache-Control"] == "no-store"
    answer = json.loads(body)
    assert answer["error"] == "server_error"
    assert answer["error_description"].endswith(".")
    assert "Traceback" not in body.decode()


@pytest.mark.parametrize(
    ("fault", "expected"),
    [(RuntimeError("canary"), (500, "server_error", None)), (OperationalError("canary"), (503, "temporarily_unavailable", "5"))],
)
def test_a_fault_that_escapes_django_is_answered_like_any_other(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, fault: Exception, expected: tuple[int, str, str | None]
) -> None:
    def fail(*_asked: object) -> None:
        raise fault

    monkeypatch.setattr(wsgi, "django_application", fail)
    with caplog.at_level(logging.INFO, logger="idp.boundary"):
        answered, headers, body = call(environ("GET", "/healthz"))

    answer = json.loads(body)
    assert (int(answered.split()[0]), answer["error"], headers.get("Retry-After")) == expected
    assert answer["error_description"].endswith(".")
    assert "canary" not in body.decode()
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Frame-Options"] == "DENY"
    # One line, with the trace and the id that the caller can name.
    (line,) = caplog.records
    assert line.exc_info
    assert vars(line)["reference"] == headers["X-Request-ID"]


# Django looks after the connections that earlier tests opened, whatever the request itself needs.
@pytest.mark.django_db
def test_an_ordinary_request_goes_through() -> None:
    status, headers, _body = call(
        {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": "/healthz",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "8000",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": sys.stderr,
            "wsgi.url_scheme": "http",
        }
    )
    assert status.startswith("200 ")
    assert headers["X-Request-ID"]
