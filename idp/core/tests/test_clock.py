"""`clock`: aware, in UTC, and frozen by tests."""

import datetime as dt

import pytest
import time_machine

from idp.core import clock


@time_machine.travel("2026-11-22T12:00:00.9Z", tick=False)
def test_now_is_aware_and_in_utc() -> None:
    assert clock.now() == dt.datetime(2026, 11, 22, 12, 0, 0, 900_000, tzinfo=dt.UTC)
    assert clock.now().utcoffset() == dt.timedelta(0)


@pytest.mark.spec("RFC 7519", "2")
def test_epoch_counts_whole_seconds_down() -> None:
    assert clock.epoch(dt.datetime(1970, 1, 1, 0, 1, 0, 999_999, tzinfo=dt.UTC)) == 60


def test_seconds_is_a_duration() -> None:
    assert clock.seconds(90) == dt.timedelta(minutes=1, seconds=30)
