"""Old entries go by schedule, after as many days as the operator says."""

import datetime as dt

import pytest
from drf_api_logger.models import APILogsModel
from pytest_django import Settings

from idp.config import settings as shipped
from idp.core import clock
from idp.core.chores import chores
from idp.request_log.retention import prune_request_log

pytestmark = pytest.mark.django_db


def _add(days_ago: float) -> None:
    APILogsModel.objects.create(
        api=f"{days_ago:g}", headers="", body="", method="GET", client_ip_address="", response="", status_code=200,
        execution_time=0.1, added_on=clock.now() - dt.timedelta(days=days_ago),
    )  # fmt: skip


def _left() -> set[str]:
    return set(APILogsModel.objects.values_list("api", flat=True))


def test_entries_older_than_thirty_days_go() -> None:
    assert shipped.IDP_REQUEST_LOG_DAYS == 30
    for days in (0, 29.9, 30.1, 400):
        _add(days)
    assert prune_request_log() == 2
    assert _left() == {"0", "29.9"}
    assert prune_request_log() == 0


def test_the_operator_says_how_many_days(settings: Settings) -> None:
    settings.IDP_REQUEST_LOG_DAYS = 1
    for days in (0.5, 2):
        _add(days)
    assert prune_request_log() == 1
    assert _left() == {"0.5"}


def test_the_worker_does_it() -> None:
    _add(31)
    (chore,) = [chore for chore in chores() if chore.name == "request-log-prune"]
    assert chore.every <= dt.timedelta(days=1)
    assert chore.run() == 1
