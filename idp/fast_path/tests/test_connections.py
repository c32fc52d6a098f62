"""What asks SQL before Django does hands a shared connection back as Django does: others wait for it (`IDP_DATABASE_POOL`)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from idp.copies import trust
from idp.core import clock
from idp.core.api_ingress import FORM
from idp.fast_path import documents
from idp.fast_path.application import in_front_of
from idp.fast_path.tests.wsgi import asked, environ
from idp.oidc.models import Client
from idp.oidc.provider.kept_client import keep_client
from idp.tests.journey import basic
from idp.tests.parties import BACKEND

pytestmark = pytest.mark.django_db(transaction=True)


def key_set() -> dict[str, Any]:
    """Made anew once a second."""
    return environ("GET", "/oauth2/jwks")


def introspection() -> dict[str, Any]:
    """Answered from copies, which look once a second whether they may be believed."""
    proof = basic(BACKEND.client_id, BACKEND.secret)["authorization"]
    return environ("POST", "/oauth2/introspect", body=b"token=fst_at_unknown", CONTENT_TYPE=FORM, HTTP_AUTHORIZATION=proof)


def _nobody(_environ: dict[str, Any], _start: Callable[..., Any]) -> list[bytes]:
    raise AssertionError("left to Django")


@pytest.mark.parametrize("kept_seconds", [0, 600], ids=["shared", "its own"])
@pytest.mark.parametrize("request_of", [key_set, introspection])
def test_a_thread_holds_no_connection_that_is_shared(
    clients: None, monkeypatch: pytest.MonkeyPatch, request_of: Callable[[], dict[str, Any]], kept_seconds: int
) -> None:
    keep_client(Client.objects.get(client_id=BACKEND.client_id), read_at=clock.now())
    # Each is about to ask SQL again.
    trust.withdraw()
    monkeypatch.setattr(documents, "_key_set", None)
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", kept_seconds)

    def held_after_it() -> bool:
        try:
            with CaptureQueriesContext(connection) as statements:
                assert asked(in_front_of(_nobody), request_of()).status == "200"
            assert len(statements) == 1
            return connection.connection is not None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(held_after_it).result() is (kept_seconds > 0)
