"""Figures for the charts: counted over the last two weeks, from rows as the writer makes them."""

import datetime as dt
from typing import Any

import pytest
from drf_api_logger.models import APILogsModel

from idp.core import clock
from idp.request_log.selectors import DAYS, calls_per_day, calls_per_duration, slowest_routes

pytestmark = pytest.mark.django_db


def _add(*, days_ago: int = 0, **given: object) -> None:
    row: dict[str, Any] = {
        "api": "oidc:token", "headers": "", "body": "", "method": "POST", "client_ip_address": "", "response": "",
        "status_code": 200, "execution_time": 0.02, "added_on": clock.now() - dt.timedelta(days=days_ago),
    }  # fmt: skip
    APILogsModel.objects.create(**{**row, **given})


def test_days_are_counted_by_how_calls_ended() -> None:
    for status in (200, 201, 303, 400, 401, 404, 500, 503, 503):
        _add(status_code=status)
    _add(days_ago=DAYS - 1)
    _add(days_ago=DAYS)
    days = calls_per_day()
    today, first = days[-1], days[0]
    assert len(days) == DAYS
    assert (today.day, first.day) == (clock.now().date(), clock.now().date() - dt.timedelta(days=DAYS - 1))
    assert (today.ok, today.moved, today.refused, today.failed, today.total) == (2, 1, 3, 3, 9)
    assert first.total == 1
    assert [day.total for day in days[1:-1]] == [0] * (DAYS - 2)


def test_routes_stand_in_the_order_of_their_average() -> None:
    for number in range(12):
        _add(api=f"quick:{number}", execution_time=0.001)
    for seconds in (0.1, 0.3):
        _add(api="slow", execution_time=seconds)
    _add(api="old", execution_time=9, days_ago=40)
    routes = slowest_routes()
    assert len(routes) == 10
    assert (routes[0].route, routes[0].calls) == ("slow", 2)
    assert [routes[0].average, routes[0].longest] == pytest.approx([0.2, 0.3])
    assert "old" not in [route.route for route in routes]


def test_durations_are_counted_once_each() -> None:
    for seconds in (0, 0.00999, 0.01, 0.05, 0.1, 0.5, 1, 999):
        _add(execution_time=seconds)
    assert [(span.label, span.calls) for span in calls_per_duration()] == [
        ("< 10 ms", 2), ("10–50 ms", 1), ("50–100 ms", 1), ("100–500 ms", 1), ("0.5–1 s", 1), ("> 1 s", 2),
    ]  # fmt: skip


def test_an_empty_log_has_figures_too() -> None:
    assert [day.total for day in calls_per_day()] == [0] * DAYS
    assert slowest_routes() == []
    assert sum(span.calls for span in calls_per_duration()) == 0
