"""A fault of the fast path itself costs the caller nothing: Django answers, and the log has the trace under the answer's id."""

import json
import logging

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_started
from django.db import close_old_connections

from idp.core.api_ingress import FORM
from idp.fast_path import introspection
from idp.fast_path.application import in_front_of
from idp.fast_path.tests.wsgi import environ
from idp.tests.journey import Browser, basic
from idp.tests.parties import BACKEND, SPA, obtain_tokens

pytestmark = pytest.mark.django_db


@pytest.mark.spec("OWASP ASVS 5.0", "16.5.2")
def test_django_answers_and_the_log_tells_of_it_once(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_wanted: object) -> None:
        raise RuntimeError

    token = obtain_tokens(browser, SPA, scope="openid email")["access_token"]
    monkeypatch.setattr(introspection, "find", fail)
    # As Django's test client does: the connection is the test's, whose transaction is open.
    request_started.disconnect(close_old_connections)
    told: list[dict[str, str]] = []
    proof = basic(BACKEND.client_id, BACKEND.secret)["authorization"]
    request = environ("POST", "/oauth2/introspect", body=f"token={token}".encode(), CONTENT_TYPE=FORM, HTTP_AUTHORIZATION=proof)
    try:
        with caplog.at_level(logging.INFO, logger="idp"):
            answer = in_front_of(WSGIHandler())(request, lambda _status, headers, _fault=None: told.append(dict(headers)))  # type: ignore[arg-type]  # a plain function will do
    finally:
        request_started.connect(close_old_connections)

    assert json.loads(b"".join(answer))["active"]
    (headers,) = told
    (fault,) = [record for record in caplog.records if record.exc_info]
    assert vars(fault)["reference"] == headers["X-Request-ID"]
