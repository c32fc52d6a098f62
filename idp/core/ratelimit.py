"""Volumetric limits: so many requests of one kind from one address in so much time. Counting is done by `limits`.

The counts lie in the cache alias `limits`, shared by all processes. When it cannot be reached, each process counts in its
own memory against its share of the limit, so that a cache that is down never means no limit (OWASP ASVS 5.0 V6.3.1).
These limits are wide, because many people share an address; guessing at one account is slowed by `login` itself.
"""

import logging
import math

from django.conf import settings
from django.core.cache import caches
from django.utils.translation import ngettext
from django_redis.exceptions import ConnectionInterrupted
from limits import RateLimitItem, parse_many
from limits.errors import StorageError
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter
from redis.exceptions import RedisError

from idp.core import clock
from idp.core.errors import RateLimited
from idp.core.specs import implements

logger = logging.getLogger("idp.ratelimit")

_SHARED = "limits"
_LOCAL = "limits_local"
# After a failure the shared counts are left alone for so long: a cache that hangs would cost each request its time-out.
_REST_SECONDS = 5
_RESTING = "resting"


class CacheStorage(Storage):
    """`limits` on a Django cache alias; `add` and `incr` are atomic there, in Redis and in memory."""

    STORAGE_SCHEME = ["idp-cache"]

    def __init__(self, alias: str) -> None:
        """Count in this alias; what it raises becomes `StorageError`."""
        super().__init__(wrap_exceptions=True)
        self._alias = alias

    @property
    def base_exceptions(self) -> tuple[type[Exception], ...]:
        """What a cache that cannot be reached raises."""
        return (ConnectionInterrupted, RedisError, OSError)

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """The count after adding `amount`; the first of a window starts its `expiry` seconds."""
        cache = caches[self._alias]
        if cache.add(key, amount, expiry):
            cache.set(_end_of(key), clock.now().timestamp() + expiry, expiry)
            return amount
        try:
            return cache.incr(key, amount)
        except ValueError:
            # The window ended between the two calls.
            cache.set(key, amount, expiry)
            cache.set(_end_of(key), clock.now().timestamp() + expiry, expiry)
            return amount

    def get(self, key: str) -> int:
        """The count so far."""
        return int(caches[self._alias].get(key, 0))

    def get_expiry(self, key: str) -> float:
        """When the window ends (seconds since 1970); now, if there is none."""
        return float(caches[self._alias].get(_end_of(key), clock.now().timestamp()))

    def check(self) -> bool:
        """Whether the cache answers; raises what it raises."""
        caches[self._alias].get(_RESTING)
        return True

    def reset(self) -> None:
        """Forget every count."""
        caches[self._alias].clear()

    def clear(self, key: str) -> None:
        """Forget one count."""
        caches[self._alias].delete_many([key, _end_of(key)])


def _end_of(key: str) -> str:
    return f"{key}/end"


class AddressLimit:
    """One kind of request and how many an address may send, such as `100/minute;1000/hour`."""

    def __init__(self, kind: str, rules: str) -> None:
        """Name the kind; `rules` in the notation of `limits`."""
        self._kind = kind
        self._items = parse_many(rules)

    @implements("OWASP ASVS 5.0", "6.3.1")
    def hit(self, bucket: str) -> None:
        """Count one request from this address (`address_bucket`). Raises `RateLimited` when there were too many."""
        if not settings.IDP_THROTTLE:
            return
        wait = self._wait(bucket)
        if wait is not None:
            raise RateLimited(
                ngettext(
                    "Too many attempts from your network. Please try again in %(count)d second.",
                    "Too many attempts from your network. Please try again in %(count)d seconds.",
                    wait,
                )
                % {"count": wait},
                detail=f"limit {self._kind}",
                retry_after=wait,
            )

    def _wait(self, bucket: str) -> int | None:
        """Seconds until the next window, or None when the request may go on."""
        if caches[_LOCAL].get(_RESTING) is None:
            try:
                return self._counted(FixedWindowRateLimiter(CacheStorage(_SHARED)), self._items, bucket)
            except StorageError as exc:
                caches[_LOCAL].set(_RESTING, 1, _REST_SECONDS)
                logger.warning("limits are counted in this process only", extra={"detail": str(exc)})
        # Each process grants its share, so that all of them together grant no more than the limit.
        processes = settings.ENVIRONMENT.workers * settings.ENVIRONMENT.nodes
        shares = [type(item)(max(1, item.amount // processes), item.multiples) for item in self._items]
        return self._counted(FixedWindowRateLimiter(CacheStorage(_LOCAL)), shares, bucket)

    def _counted(self, limiter: FixedWindowRateLimiter, items: list[RateLimitItem], bucket: str) -> int | None:
        """Count under every rule, and not only up to the first that refuses."""
        refusing = [item for item in items if not limiter.hit(item, self._kind, bucket)]
        ends = [limiter.get_window_stats(item, self._kind, bucket).reset_time for item in refusing]
        return max(1, math.ceil(max(ends) - clock.now().timestamp())) if ends else None
