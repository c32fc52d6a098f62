"""The pauses between attempts."""

from hypothesis import given
from hypothesis import strategies as some

from idp.outbox.schedule import pause_after


@given(attempt=some.integers(1, 10_000), chance=some.floats(0, 1))
def test_pauses_grow_from_seconds_to_an_hour_and_never_beyond(attempt: int, chance: float) -> None:
    pause = pause_after(attempt, chance=chance).total_seconds()
    longest = min(5.0 * 2 ** min(attempt - 1, 20), 3600.0)
    assert 0.75 * longest <= pause <= longest


def test_receivers_that_failed_together_are_not_asked_together() -> None:
    assert pause_after(3, chance=0.0) != pause_after(3, chance=0.5)
