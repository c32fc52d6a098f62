"""The request log: metadata of every call, no secret of any, and no harm when it cannot be written."""

import json
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from drf_api_logger import apps as library
from drf_api_logger.models import APILogsModel
from pytest_django import Settings

from example_backend.request_log.writer import Writer
from tests.conftest import Ask
from tests.provider import Provider

pytestmark = pytest.mark.django_db(transaction=True)

CANARY = "canary-5f0c9f7a"


@pytest.fixture
def writer(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Writer]:
    """The log as in service, with a writer of this test."""
    settings.REQUEST_LOG_PREFIXES = ("/api/",)
    made = Writer(interval=0.01)
    monkeypatch.setattr(library, "LOGGER_THREAD", made)
    yield made
    made.close(30)


def test_success_and_refusal_are_logged(ask: Ask, provider: Provider, writer: Writer) -> None:
    assert ask("/api/orders?page=2", provider.grant()).status_code == 200
    assert ask("/api/orders").status_code == 401
    assert ask("/api/nothing").status_code == 404
    assert ask("/healthz").status_code == 200
    writer.close(30)
    logged = APILogsModel.objects.order_by("id").values_list("api", "method", "status_code", "client_ip_address")
    assert list(logged) == [
        ("api/orders", "GET", 200, "127.0.0.1"),
        ("api/orders", "GET", 401, "127.0.0.1"),
        ("unmatched", "GET", 404, "127.0.0.1"),
    ]


def test_no_secret_is_stored(writer: Writer) -> None:
    headers = {"referer": CANARY, "authorization": f"Bearer {CANARY}", "cookie": CANARY, "x-forwarded-for": CANARY}
    http = Client(headers=headers, raise_request_exception=False)
    members = dict.fromkeys(("access_token", "refresh_token", "code", "otp", "new_password", "token"), CANARY)
    for path in ("/api/me", f"/api/{CANARY}"):
        http.get(f"{path}?access_token={CANARY}")
        http.post(path, members)
        http.post(path, json.dumps(members), content_type="application/json")
        http.generic(CANARY, path)
    writer.close(30)
    rows = list(APILogsModel.objects.values())
    assert len(rows) == 8
    assert CANARY.lower() not in json.dumps(rows, default=str).lower()


def test_a_log_that_cannot_be_written_harms_no_answer(ask: Ask, writer: Writer) -> None:
    with connection.schema_editor() as editor:
        editor.alter_db_table(APILogsModel, "drf_api_logs", "elsewhere")
    try:
        assert ask("/api/orders").status_code == 401
        writer.close(30)
    finally:
        with connection.schema_editor() as editor:
            editor.alter_db_table(APILogsModel, "elsewhere", "drf_api_logs")
    assert not APILogsModel.objects.exists()


def test_what_is_too_much_is_dropped() -> None:
    slow = Writer(interval=3600)
    row = {"status_code": 200, "execution_time": 0, "added_on": "2026-01-01T00:00Z"}
    for number in range(1005):
        slow.put_log_data({**row, "api": str(number)})
    slow.close(30)
    assert APILogsModel.objects.count() == 1000
