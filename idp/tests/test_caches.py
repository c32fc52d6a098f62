"""The caches of the tests themselves: what one test clears is nobody else's."""

from django.core.cache import caches


def test_a_cache_that_is_cleared_takes_nothing_from_the_others() -> None:
    for alias in ("default", "ephemeral", "sessions"):
        caches[alias].set("entry", alias)
    caches["ephemeral"].clear()
    assert [caches[alias].get("entry") for alias in ("default", "ephemeral", "sessions")] == ["default", None, "sessions"]
