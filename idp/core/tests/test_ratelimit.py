"""Limits per address: shared while the cache answers, a share of them in each process when it does not, never none."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from limits.errors import StorageError
from pytest_django import Settings
from time_machine import TimeMachineFixture

from idp.core.errors import RateLimited
from idp.core.ratelimit import AddressLimit, CacheStorage
from idp.login.tests.caches import NOBODY_LISTENS, redis_at

ADDRESS = "203.0.113.7"


def granted(limit: AddressLimit, times: int, address: str = ADDRESS) -> int:
    """How many of so many requests go through."""
    return sum(_goes_through(limit, address) for _ in range(times))


def _goes_through(limit: AddressLimit, address: str = ADDRESS) -> bool:
    try:
        limit.hit(address)
    except RateLimited:
        return False
    return True


@pytest.mark.spec("OWASP ASVS 5.0", "6.3.1")
def test_an_address_gets_so_many_and_others_are_not_touched() -> None:
    limit = AddressLimit("form", "5/hour")
    assert granted(limit, 20) == 5
    assert granted(limit, 3, "203.0.113.8") == 3
    assert granted(AddressLimit("other", "5/hour"), 20) == 5


def test_the_sentence_says_when_and_the_window_ends_then(time_machine: TimeMachineFixture, local_counts: None) -> None:
    time_machine.move_to("2026-11-22T12:00:00+00:00", tick=False)
    limit = AddressLimit("form", "2/minute;5/hour")
    assert granted(limit, 2) == 2
    time_machine.shift(18)
    with pytest.raises(RateLimited) as refused:
        limit.hit(ADDRESS)
    assert refused.value.retry_after == 42
    assert "42 seconds" in str(refused.value.message)
    time_machine.shift(42)
    assert granted(limit, 2) == 2
    # The hour's rule counts what the minute's refused as well: whoever keeps sending keeps waiting.
    time_machine.shift(60)
    assert granted(limit, 2) == 0


@pytest.mark.spec("OWASP ASVS 5.0", "6.3.1")
def test_a_burst_gets_no_more_than_one_after_the_other() -> None:
    limit = AddressLimit("form", "25/hour")
    start = threading.Barrier(16)

    def send(number: int) -> bool:
        if number < 16:
            start.wait(timeout=30)
        return _goes_through(limit)

    with ThreadPoolExecutor(16) as crowd:
        assert sum(crowd.map(send, range(400))) == 25


@pytest.fixture
def local_counts(settings: Settings) -> None:
    """The shared counts in this process, where the test's clock holds."""
    settings.CACHES = {**settings.CACHES, "limits": _in_process()}


def _in_process() -> dict[str, str]:
    """A cache in this process, of this test alone."""
    return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": str(uuid.uuid4())}


@pytest.fixture
def no_redis(settings: Settings) -> None:
    """Nobody listens where the shared counts should be; three nodes with four processes each."""
    settings.CACHES = {**settings.CACHES, "limits": redis_at(NOBODY_LISTENS)}
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"workers": 4, "nodes": 3})


@pytest.mark.spec("OWASP ASVS 5.0", "6.3.1")
def test_without_the_cache_each_process_grants_its_share(no_redis: None, caplog: pytest.LogCaptureFixture) -> None:
    assert granted(AddressLimit("form", "120/hour"), 200) == 10
    assert granted(AddressLimit("rare", "3/hour"), 20) == 1
    # The cache is left alone for a while: one failure is logged, not one for each request.
    assert len([record for record in caplog.records if record.name == "idp.ratelimit"]) == 1


def test_a_cache_that_came_back_counts_again(no_redis: None, settings: Settings, time_machine: TimeMachineFixture) -> None:
    time_machine.move_to("2026-11-22T12:00:00+00:00", tick=False)
    limit = AddressLimit("form", "12/hour")
    assert granted(limit, 5) == 1
    settings.CACHES = {**settings.CACHES, "limits": _in_process()}
    time_machine.shift(6)
    assert granted(limit, 20) == 12


@pytest.mark.spec("OWASP ASVS 5.0", "6.3.1")
def test_a_cache_that_hangs_is_given_up_and_still_limits(settings: Settings) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        slow = redis_at(f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
        slow["OPTIONS"] |= {"SOCKET_TIMEOUT": 0.25}
        settings.CACHES = {**settings.CACHES, "limits": slow}
        assert granted(AddressLimit("form", "5/hour"), 50) == 5


def test_the_operator_can_switch_it_off(settings: Settings) -> None:
    settings.IDP_THROTTLE = False
    assert granted(AddressLimit("form", "1/hour"), 50) == 50


def test_the_storage_does_what_the_library_asks_of_one(no_redis: None) -> None:
    storage = CacheStorage("limits_local")
    assert storage.check()
    assert [storage.incr("key", 60), storage.incr("key", 60, 4), storage.get("key")] == [1, 5, 5]
    storage.clear("key")
    assert storage.get("key") == 0
    storage.incr("key", 60)
    storage.reset()
    assert storage.get("key") == 0
    with pytest.raises(StorageError):
        CacheStorage("limits").check()


def test_a_window_that_ends_between_two_calls_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.core.cache import caches

    cache = caches["limits_local"]
    storage = CacheStorage("limits_local")
    storage.incr("key", 60, 7)
    # At the cache's edge: the entry is there for `add` and gone for `incr`.
    incr = cache.incr

    def too_late(key: str, delta: int) -> int:
        cache.delete(key)
        return incr(key, delta)

    monkeypatch.setattr(cache, "incr", too_late)
    assert storage.incr("key", 60) == 1
    assert storage.get("key") == 1
