"""The writer: it outlives a database that fails, stays bounded, works after a fork and leaves signals alone."""

import datetime as dt
import io
import logging
import multiprocessing
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.management import call_command
from django.db import InterfaceError, OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.test import Client
from drf_api_logger import apps as library
from drf_api_logger.models import APILogsModel

from idp.audit.models import SecurityEvent
from idp.audit.services import record
from idp.audit.types import Event
from idp.core import clock
from idp.request_log.tests.conftest import Entries
from idp.request_log.writer import RequestLogWriter

ROW: dict[str, Any] = {
    "api": "route", "headers": "", "body": "", "method": "GET", "client_ip_address": "", "response": "", "status_code": 200,
    "execution_time": 0.1,
}  # fmt: skip


def _row(**given: object) -> dict[str, Any]:
    return {**ROW, "added_on": clock.now(), **given}


@pytest.fixture
def _no_table(transactional_db: None) -> Iterator[None]:
    """The log's table is gone, as when a deployment forgot to migrate."""
    with connection.schema_editor() as editor:
        editor.alter_db_table(APILogsModel, "drf_api_logs", "elsewhere")
    yield
    with connection.schema_editor() as editor:
        editor.alter_db_table(APILogsModel, "elsewhere", "drf_api_logs")


@pytest.mark.django_db(transaction=True)
def test_entries_are_written_in_their_order_by_a_thread(writer: RequestLogWriter) -> None:
    for number in range(50):
        writer.put_log_data(_row(api=str(number)))
    writer.close(timeout=30)
    assert list(APILogsModel.objects.order_by("id").values_list("api", flat=True)) == [str(number) for number in range(50)]
    assert writer.get_status()["inserted_count"] == 50


@pytest.mark.django_db(transaction=True)
def test_a_row_the_table_cannot_hold_is_dropped_and_the_next_one_written(writer: RequestLogWriter) -> None:
    # Both stores refuse a missing value.
    writer.put_log_data(_row(api=None))
    writer.close(timeout=30)
    writer.put_log_data(_row())
    writer.close(timeout=30)
    assert APILogsModel.objects.count() == 1
    assert (writer.get_status()["dropped_count"], writer.get_status()["inserted_count"]) == (1, 1)


@pytest.mark.usefixtures("_no_table")
def test_a_missing_table_ends_neither_the_thread_nor_an_answer(entries: Entries, writer: RequestLogWriter) -> None:
    for _twice in range(2):
        assert Client().get("/oauth2/revoke").status_code == 405
    # SQLite calls it an OperationalError, which may pass, PostgreSQL a ProgrammingError, which does not.
    _wait_until(lambda: _lost(writer) > 0)
    assert "request-log" in {thread.name for thread in threading.enumerate()}


@pytest.mark.usefixtures("_no_table")
def test_security_events_do_not_depend_on_it() -> None:
    record(event=Event.LOGOUT)
    assert SecurityEvent.objects.filter(event=Event.LOGOUT).exists()


@pytest.mark.parametrize("fault", [OperationalError, InterfaceError])
@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_delays_entries_and_loses_none(writer: RequestLogWriter, fault: type[Exception]) -> None:
    with _failing_connections(fault):
        writer.put_log_data(_row(api="kept"))
        _wait_until(lambda: writer.get_status()["failed_insert_count"] > 0)
    _wait_until(lambda: writer.get_status()["inserted_count"] == 1)
    assert APILogsModel.objects.get().api == "kept"


@pytest.mark.django_db(transaction=True)
def test_a_stop_does_not_wait_for_a_database_that_is_away(writer: RequestLogWriter) -> None:
    with _failing_connections(OperationalError):
        writer.put_log_data(_row())
        writer.close(timeout=30)
    assert "request-log" not in {thread.name for thread in threading.enumerate()}
    assert _lost(writer) == 1


@pytest.mark.django_db(transaction=True)
def test_the_queue_is_bounded_and_losses_are_counted(caplog: pytest.LogCaptureFixture) -> None:
    # The thread waits an hour before it takes anything.
    writer = RequestLogWriter(capacity=10, interval=3600)
    with caplog.at_level(logging.WARNING, "idp.request_log"), _propagating("idp"):
        for _number in range(1510):
            writer.put_log_data(_row())
    assert (writer.get_status()["queue_backlog"], writer.get_status()["dropped_count"]) == (10, 1500)
    assert [vars(record)["dropped"] for record in caplog.records if record.name == "idp.request_log"] == [1, 1000]
    writer.close(timeout=30)
    assert APILogsModel.objects.count() == 10


@pytest.mark.django_db(transaction=True)
def test_a_forked_worker_writes_its_own_entries_before_it_ends(writer: RequestLogWriter) -> None:
    idle = RequestLogWriter(capacity=100, interval=3600)
    # The parent has a thread and an entry of its own when the worker begins.
    idle.put_log_data(_row(api="parent"))
    worker = multiprocessing.get_context("fork").Process(target=idle.put_log_data, args=(_row(api="worker"),))
    worker.start()
    worker.join(60)
    assert worker.exitcode == 0
    assert list(APILogsModel.objects.values_list("api", flat=True)) == ["worker"]
    idle.close(timeout=30)
    assert sorted(APILogsModel.objects.values_list("api", flat=True)) == ["parent", "worker"]


def test_the_library_starts_nothing_and_takes_no_signal() -> None:
    installed: object = library.LOGGER_THREAD
    assert isinstance(installed, RequestLogWriter)
    assert "insert_log_into_database" not in {thread.name for thread in threading.enumerate()}
    for number in (signal.SIGTERM, signal.SIGINT):
        assert "drf_api_logger" not in repr(signal.getsignal(number))


@pytest.mark.django_db(transaction=True)
def test_old_entries_are_pruned_by_command() -> None:
    for days in (1, 29, 31, 400):
        APILogsModel.objects.create(**_row(api=str(days), added_on=clock.now() - dt.timedelta(days=days)))
    call_command("prune_api_logs", days=30, verbosity=0, stdout=io.StringIO())
    assert sorted(APILogsModel.objects.values_list("api", flat=True)) == ["1", "29"]


@pytest.mark.django_db(transaction=True)
def test_the_librarys_diagnosis_finds_no_error() -> None:
    # It raises CommandError when it finds one.
    call_command("drf_api_logger_doctor", stdout=io.StringIO())


def _lost(writer: RequestLogWriter) -> int:
    status = writer.get_status()
    return status["dropped_count"] + status["failed_insert_count"]


def _wait_until(reached: Callable[[], bool]) -> None:
    """Real time passes in the thread; a minute is for a machine that does much else."""
    deadline = time.monotonic() + 60
    while not reached():
        assert time.monotonic() < deadline, "the writer did not come so far"
        time.sleep(0.01)


@contextmanager
def _failing_connections(fault: type[Exception]) -> Iterator[None]:
    """Every statement on a connection opened meanwhile fails: the thread opens its own."""
    failing = True

    def refuse(execute: Callable[..., Any], *statement: object) -> object:
        if failing:
            raise fault("the database went away")
        return execute(*statement)

    def opened(connection: BaseDatabaseWrapper, **_sent: object) -> None:
        connection.execute_wrappers.append(refuse)

    connection_created.connect(opened)
    try:
        yield
    finally:
        failing = False
        connection_created.disconnect(opened)


@contextmanager
def _propagating(name: str) -> Iterator[None]:
    """Let pytest see what this logger says; as shipped its lines end at our own handler."""
    logger = logging.getLogger(name)
    before, logger.propagate = logger.propagate, True
    try:
        yield
    finally:
        logger.propagate = before
