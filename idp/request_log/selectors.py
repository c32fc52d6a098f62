"""Figures of the request log for its charts, counted by the database over the last two weeks."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Avg, Count, Max, Q, QuerySet
from django.db.models.functions import TruncDate
from drf_api_logger.models import APILogsModel

from idp.core import clock

DAYS = 14
_ROUTES = 10
# Upper ends in seconds, and how the span is called.
_SPANS = ((0.01, "< 10 ms"), (0.05, "10–50 ms"), (0.1, "50–100 ms"), (0.5, "100–500 ms"), (1.0, "0.5–1 s"), (1000.0, "> 1 s"))


@dataclass(frozen=True, slots=True)
class DayCount:
    """Calls of one day (UTC) by class of status: 2xx, 3xx, 4xx, 5xx."""

    day: dt.date
    ok: int
    moved: int
    refused: int
    failed: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.ok + self.moved + self.refused + self.failed


@dataclass(frozen=True, slots=True)
class RouteTime:
    """How long a route takes, in seconds."""

    route: str
    calls: int
    average: float
    longest: float


@dataclass(frozen=True, slots=True)
class DurationCount:
    """How many calls took a time in this span."""

    label: str
    calls: int


def calls_per_day() -> list[DayCount]:
    """The last days, the oldest first, days without calls too: one query."""
    counted = (
        _recent()
        .annotate(day=TruncDate("added_on"))
        .order_by()
        .values("day")
        .annotate(ok=_with_status(0), moved=_with_status(300), refused=_with_status(400), failed=_with_status(500))
        .values_list("day", "ok", "moved", "refused", "failed")
    )
    by_day = {day: DayCount(day, *counts) for day, *counts in counted}
    days = (_first_day() + dt.timedelta(days=number) for number in range(DAYS))
    return [by_day.get(day, DayCount(day, 0, 0, 0, 0)) for day in days]


def slowest_routes() -> list[RouteTime]:
    """The routes that take longest on average, the slowest first: one query."""
    rows = (
        _recent()
        .order_by()
        .values("api")
        .annotate(calls=Count("id"), average=Avg("execution_time"), longest=Max("execution_time"))
        .order_by("-average", "api")
        .values_list("api", "calls", "average", "longest")
    )
    return [RouteTime(route, calls, float(average), float(longest)) for route, calls, average, longest in rows[:_ROUTES]]


def calls_per_duration() -> list[DurationCount]:
    """How the calls spread over spans of time, the shortest first: one query."""
    low, spans = 0.0, {}
    for number, (high, _label) in enumerate(_SPANS):
        spans[f"span{number}"] = Count("id", filter=Q(execution_time__gte=low, execution_time__lt=high))
        low = high
    counted = _recent().order_by().aggregate(**spans)
    return [DurationCount(label, counted[f"span{number}"]) for number, (_high, label) in enumerate(_SPANS)]


def _with_status(first: int) -> Count:
    """Calls by class of status; what is below 300 is one class."""
    return Count("id", filter=Q(status_code__gte=first, status_code__lt=max(first + 100, 300)))


def _recent() -> QuerySet[APILogsModel]:
    begin = dt.datetime.combine(_first_day(), dt.time(), tzinfo=dt.UTC)
    return APILogsModel.objects.filter(added_on__gte=begin)


def _first_day() -> dt.date:
    return clock.now().date() - dt.timedelta(days=DAYS - 1)
