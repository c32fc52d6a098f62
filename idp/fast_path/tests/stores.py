"""Where copies lie in these tests: in Redis where there is one, else in a stand-in that does what the three scripts do.

The stand-in lets every run, and `make no-op-check`, judge the rules; the scripts themselves are run on a real Redis.
"""

from collections.abc import Sequence
from typing import Any, Protocol

from django.core.cache import caches

from idp.copies import line, marks, records


class Store(Protocol):
    """What a test may do behind the provider's back."""

    def clear(self) -> None:
        """Forget everything."""

    def names(self) -> list[bytes]:
        """What everything is called, without the prefix."""

    def get(self, name: bytes) -> bytes:
        """What lies there."""

    def put(self, name: bytes, value: bytes) -> None:
        """Write."""


class InRedis:
    """The Redis of REDIS_URL."""

    def clear(self) -> None:
        """Forget everything."""
        caches["copies"].clear()

    def names(self) -> list[bytes]:
        """What everything is called, without the prefix."""
        prefix = line.evaluate(b"return ARGV[1]", [])
        return [name.removeprefix(prefix) for name in line.evaluate(b"return redis.call('KEYS', ARGV[1] .. '*')", [])]

    def get(self, name: bytes) -> bytes:
        """What lies there."""
        value: bytes = line.evaluate(b"return redis.call('GET', KEYS[1])", [name])
        return value

    def put(self, name: bytes, value: bytes) -> None:
        """Write."""
        line.evaluate(b"redis.call('SET', KEYS[1], ARGV[2])", [name], value)


class InMemory:
    """The stand-in. It forgets nothing by itself: what is over is told by what is sealed."""

    def __init__(self) -> None:
        """Empty."""
        self._kept: dict[bytes, bytes] = {}

    def evaluate(self, script: bytes, names: Sequence[bytes], *arguments: Any) -> Any:  # noqa: ANN401 - as `line.evaluate`
        """What the script does."""
        if script == marks.WRITE:
            self._kept.update(dict.fromkeys(names, b""))
        elif script == records.WRITE:
            self._kept[names[0]] = arguments[0]
        else:
            assert script == records.READ
            return [self._believed(name) for name in names]
        return None

    def _believed(self, name: bytes) -> bytes | None:
        copy = self._kept.get(name)
        if not copy:
            return None
        places = range(1, 1 + 16 * copy[0], 16)
        if not copy[0] or any(copy[place : place + 16] in self._kept for place in places):
            return None
        return copy[1 + 16 * copy[0] :]

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()

    def names(self) -> list[bytes]:
        """What everything is called."""
        return list(self._kept)

    def get(self, name: bytes) -> bytes:
        """What lies there."""
        return self._kept[name]

    def put(self, name: bytes, value: bytes) -> None:
        """Write."""
        self._kept[name] = value
