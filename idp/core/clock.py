"""The only source of time, so that tests can freeze it and nobody compares naive with aware values."""

import datetime as dt
import time


def now() -> dt.datetime:
    """The current moment, timezone-aware, in UTC."""
    return dt.datetime.now(tz=dt.UTC)


def epoch(moment: dt.datetime) -> int:
    """Whole seconds since 1970-01-01T00:00:00Z (NumericDate, RFC 7519 §2), rounded down."""
    return int(moment.timestamp())


def seconds(count: int) -> dt.timedelta:
    """A duration of `count` seconds."""
    return dt.timedelta(seconds=count)


def monotonic() -> float:
    """Seconds on a clock that never goes back, for durations within this process."""
    return time.monotonic()


def pause(duration: float) -> None:
    """Wait this many seconds; not at all when there are none left."""
    if duration > 0:
        time.sleep(duration)
