"""The request log's page: charts whose bars and figures are those of the rows, and the newest entries."""

import re
from datetime import date

import pytest
from drf_api_logger.models import APILogsModel

from idp.core import clock
from idp.request_log.selectors import DayCount, DurationCount, RouteTime
from idp.staff.charts import WIDTH, Piece, day_bars, duration_bars, route_bars
from idp.tests.journey import Browser, page_of

DAY = date(2026, 11, 22)


def test_a_day_is_one_bar_in_pieces_without_gaps() -> None:
    half, full = day_bars([DayCount(DAY, ok=5, moved=0, refused=0, failed=0), DayCount(DAY, ok=7, moved=1, refused=1, failed=1)])
    assert half.pieces == (Piece("ok", 0, 500),)
    assert full.pieces == (Piece("ok", 0, 700), Piece("moved", 700, 100), Piece("refused", 800, 100), Piece("failed", 900, 100))


@pytest.mark.parametrize("counts", [(1, 1, 1, 0), (333, 333, 333, 1), (0, 0, 0, 3), (1, 0, 0, 10_000)])
def test_pieces_end_where_the_bar_ends(counts: tuple[int, int, int, int]) -> None:
    (bar,) = day_bars([DayCount(DAY, *counts)])
    assert sum(piece.width for piece in bar.pieces) == WIDTH
    assert all(before.start + before.width == after.start for before, after in zip(bar.pieces, bar.pieces[1:], strict=False))


def test_no_calls_are_no_bars() -> None:
    (bar,) = day_bars([DayCount(DAY, 0, 0, 0, 0)])
    assert (bar.total, bar.pieces) == (0, ())
    assert route_bars([]) == []
    assert [piece.width for line in duration_bars([DurationCount("x", 0)]) for piece in line.pieces] == [0]


def test_routes_and_durations_are_as_long_as_their_figure() -> None:
    slow, quick = route_bars([RouteTime("slow", 2, 0.2, 0.3), RouteTime("quick", 9, 0.05, 0.05)])
    assert (slow.pieces[0].width, slow.average, slow.longest, slow.count) == (1000, 200, 300, 2)
    assert quick.pieces[0].width == 250
    assert [line.pieces[0].width for line in duration_bars([DurationCount("a", 1), DurationCount("b", 4)])] == [250, 1000]


def test_the_page_shows_charts_and_entries(looking: Browser) -> None:
    for api, status, seconds in (("oidc:token", 200, 0.2), ("oidc:token", 400, 0.1), ("oidc:userinfo", 503, 0.004)):
        APILogsModel.objects.create(
            api=api, headers="", body="", method="POST", client_ip_address="203.0.113.9", response="", status_code=status,
            execution_time=seconds, added_on=clock.now(),
        )  # fmt: skip
    answer = looking.open("/admin/apilogsmodel/")
    source, text = answer.content.decode(), page_of(answer).text
    for heading in ("Calls per day", "Slowest routes", "How long calls take"):
        assert heading in text
    # Today's bar: a third each answered, refused and failed.
    assert 'class="bar__ok" x="0" width="333"' in source
    assert 'class="bar__refused" x="333" width="334"' in source
    assert 'class="bar__failed" x="667" width="333"' in source
    assert re.search(r"oidc:token</th>.*?<td>150</td><td>200</td><td>2</td>", source, re.DOTALL)
    assert source.count("203.0.113.9") == 3
    assert "<script" not in source
    assert "style=" not in source


def test_an_empty_log_says_so(looking: Browser) -> None:
    text = page_of(looking.open("/admin/apilogsmodel/")).text
    assert "No calls in the last two weeks." in text
    assert "Nothing is here." in text
