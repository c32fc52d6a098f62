"""Bars of the request log's charts, as numbers a template can draw: widths in per mille of the longest bar.

Each bar stands in a table row beside its figures, so a reader who sees no bar misses nothing.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from idp.request_log.selectors import DayCount, DurationCount, RouteTime

WIDTH = 1000


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a bar: what it stands for (`ok`, `moved`, `refused`, `failed`), where it begins and how wide it is."""

    kind: str
    start: int
    width: int


@dataclass(frozen=True, slots=True)
class DayBar:
    """One day: its calls by how they ended."""

    day: dt.date
    total: int
    refused: int
    failed: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """One line with one bar; milliseconds where they are known."""

    label: str
    count: int
    pieces: tuple[Piece, ...]
    average: int = 0
    longest: int = 0


def day_bars(days: Sequence[DayCount]) -> list[DayBar]:
    """A bar per day, in pieces by class of status."""
    longest = max((day.total for day in days), default=0)
    return [
        DayBar(day=day.day, total=day.total, refused=day.refused, failed=day.failed, pieces=_pieces(day, longest)) for day in days
    ]


def route_bars(routes: Sequence[RouteTime]) -> list[Bar]:
    """A bar per route, as long as its average takes."""
    longest = max((route.average for route in routes), default=0.0)
    return [
        Bar(
            label=route.route,
            count=route.calls,
            pieces=(Piece("ok", 0, _scaled(route.average, longest)),),
            average=round(route.average * 1000),
            longest=round(route.longest * 1000),
        )
        for route in routes
    ]


def duration_bars(durations: Sequence[DurationCount]) -> list[Bar]:
    """A bar per span of time, as long as its calls are many."""
    longest = max((span.calls for span in durations), default=0)
    return [Bar(label=span.label, count=span.calls, pieces=(Piece("ok", 0, _scaled(span.calls, longest)),)) for span in durations]


def _pieces(day: DayCount, longest: int) -> tuple[Piece, ...]:
    """One beside the other, without a gap between."""
    pieces: list[Piece] = []
    before = 0
    for kind, calls in (("ok", day.ok), ("moved", day.moved), ("refused", day.refused), ("failed", day.failed)):
        start, end = _scaled(before, longest), _scaled(before + calls, longest)
        before += calls
        if end > start:
            pieces.append(Piece(kind, start, end - start))
    return tuple(pieces)


def _scaled(value: float, longest: float) -> int:
    return round(WIDTH * value / longest) if longest else 0
