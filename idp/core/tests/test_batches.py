"""Deletion in batches: everything that was meant, nothing else, a few rows at a time."""

import datetime as dt

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext

from idp.core import clock
from idp.core.batches import delete_in_batches, delete_in_one_walk

pytestmark = pytest.mark.django_db


def _add(count: int, *, name: str, days: int) -> None:
    when = clock.now() + dt.timedelta(days=days)
    Session.objects.bulk_create([Session(session_key=f"{name}{number}", expire_date=when) for number in range(count)])


def test_what_is_meant_goes_and_nothing_else() -> None:
    _add(7, name="old", days=-1)
    _add(2, name="new", days=1)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert delete_in_batches(Session.objects.filter(expire_date__lt=clock.now()), at_once=3) == 7
    assert set(Session.objects.values_list("session_key", flat=True)) == {"new0", "new1"}
    deletions = [query["sql"] for query in asked if query["sql"].startswith("DELETE")]
    assert len(deletions) == 3


def test_rows_are_asked_for_by_the_column_that_is_named() -> None:
    _add(2, name="old", days=-1)
    with CaptureQueriesContext(connection) as asked:
        assert delete_in_batches(Session.objects.filter(expire_date__lt=clock.now()), by="expire_date") == 2
    assert 'ORDER BY "django_session"."expire_date" ASC LIMIT' in asked[0]["sql"]


def test_nothing_to_delete_is_nothing_done() -> None:
    assert delete_in_batches(Session.objects.none()) == 0


def test_rows_that_another_process_deletes_meanwhile_end_the_work() -> None:
    _add(3, name="old", days=-1)

    def vanish(execute: object, sql: str, params: object, many: object, context: object) -> object:
        if sql.startswith("DELETE"):
            return execute("DELETE FROM django_session WHERE 1 = 0", None, many, context)  # type: ignore[operator]
        return execute(sql, params, many, context)  # type: ignore[operator]

    with connection.execute_wrapper(vanish):
        assert delete_in_batches(Session.objects.all(), at_once=1) == 0


def test_a_walk_judges_each_row_once_also_among_equal_ones() -> None:
    _add(7, name="old", days=-2)
    _add(3, name="late", days=-1)
    _add(2, name="new", days=1)
    over = Session.objects.filter(expire_date__lt=clock.now())
    with CaptureQueriesContext(connection) as asked:
        assert delete_in_one_walk(over.exclude(session_key__in=["old1", "late0"]), among=over, by="expire_date", at_once=3) == 8
    deletions = [query["sql"] for query in asked if query["sql"].startswith("DELETE")]
    named = "".join(sql.rpartition(" IN (")[2] for sql in deletions)
    assert [named.count(f"'{key}'") for key in (*(f"old{n}" for n in range(7)), *(f"late{n}" for n in range(3)))] == [1] * 10
    assert set(Session.objects.values_list("session_key", flat=True)) == {"old1", "late0", "new0", "new1"}


def test_a_walk_begins_each_batch_after_the_last_row_of_the_one_before() -> None:
    _add(4, name="old", days=-1)
    over = Session.objects.filter(expire_date__lt=clock.now())
    with CaptureQueriesContext(connection) as asked:
        assert delete_in_one_walk(over.none(), among=over, by="expire_date", at_once=2) == 0
    batches = [query["sql"] for query in asked if "LIMIT" in query["sql"]]
    assert ['"expire_date" >= ' in sql for sql in batches] == [False, True, True]
    assert "\"session_key\" > 'old1'" in batches[1]
    assert "\"session_key\" > 'old3'" in batches[2]
