"""The only source of time, so that tests can freeze it and nobody compares naive with aware values."""

import datetime as dt


def now() -> dt.datetime:
    """The current moment, timezone-aware, in UTC."""
    return dt.datetime.now(tz=dt.UTC)


def epoch(moment: dt.datetime) -> int:
    """Whole seconds since 1970-01-01T00:00:00Z (NumericDate, RFC 7519 §2), rounded down."""
    return int(moment.timestamp())


def seconds(count: int) -> dt.timedelta:
    """A duration of `count` seconds."""
    return dt.timedelta(seconds=count)
