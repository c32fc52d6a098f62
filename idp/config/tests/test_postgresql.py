"""Connections to PostgreSQL as they are in use: prepared, replaced when they break, shared, and never left in a transaction."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psycopg
import pytest
from django.db import OperationalError, connection, connections

from idp.core.postgresql import base
from idp.oidc.models import Client
from idp.tests.live_provider import running

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def beside() -> "Iterator[psycopg.Connection]":
    """Somebody else's connection to the same server."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as other:
        yield other


def backend() -> int:
    """The process of the server that our connection talks to."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def begin_request() -> None:
    """What Django does at each request's begin."""
    connection.close_if_unusable_or_obsolete()


def test_a_statement_that_comes_again_is_prepared() -> None:
    connection.close()
    for number in range(6):
        Client.objects.filter(client_id=f"nobody-{number}").first()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", ['%FROM "oidc_client"%'])
        assert cursor.fetchone()[0] == 1


def test_a_connection_that_broke_while_it_idled_is_replaced(
    beside: "psycopg.Connection", monkeypatch: pytest.MonkeyPatch
) -> None:
    before = backend()
    beside.execute("SELECT pg_terminate_backend(%s, 5000)", [before])
    monkeypatch.setattr(base, "_TRUST_SECONDS", 0)
    begin_request()
    assert backend() != before


def test_one_that_the_server_closed_is_replaced_although_it_answered_a_moment_ago(
    beside: "psycopg.Connection", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "_TRUST_SECONDS", 3600)
    begin_request()
    before = backend()
    begin_request()
    assert backend() == before
    # A restart or a failover: the next request fails for nobody.
    beside.execute("SELECT pg_terminate_backend(%s, 5000)", [before])
    begin_request()
    assert backend() != before


def test_one_that_answered_a_moment_ago_is_not_asked_again(beside: "psycopg.Connection", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "_TRUST_SECONDS", 3600)
    begin_request()
    ours = backend()
    begin_request()
    assert backend() == ours
    begin_request()
    connection.close_if_health_check_failed()
    row = beside.execute("SELECT query FROM pg_stat_activity WHERE pid = %s", [ours]).fetchone()
    assert row is not None
    assert "pg_backend_pid" in row[0]


def test_after_a_failure_it_is_asked_whatever_it_answered_before(
    beside: "psycopg.Connection", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "_TRUST_SECONDS", 3600)
    begin_request()
    before = backend()
    beside.execute("SELECT pg_terminate_backend(%s, 5000)", [before])
    with pytest.raises(OperationalError):
        backend()
    begin_request()
    assert backend() != before


def test_the_server_ends_a_transaction_in_which_nothing_happens() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW idle_in_transaction_session_timeout")
        assert cursor.fetchone() == ("30s",)


def test_processes_share_so_many_and_leave_none_in_a_transaction(tmp_path: Path, beside: "psycopg.Connection") -> None:
    # The tests' own connection is not the provider's.
    connections.close_all()
    more = {"IDP_DATABASE_POOL": "2", "IDP_WORKER": "off", "IDP_THROTTLE": "off"}
    with running(tmp_path, **more) as provider:
        client = ("demo-api", provider.environ["DEMO_API_CLIENT_SECRET"])
        asked = {"grant_type": "client_credentials", "scope": "orders"}

        def answer(_number: int) -> int:
            return httpx.post(f"{provider.issuer}/oauth2/token", data=asked, auth=client, trust_env=False, timeout=60).status_code

        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(answer, range(40))) == {200}
        name = provider.database.rpartition("/")[2]
        states = beside.execute("SELECT state FROM pg_stat_activity WHERE datname = %s", [name]).fetchall()
    assert 1 <= len(states) <= 2
    assert {state for (state,) in states} == {"idle"}
