"""Yeses of the last seconds: a burst of requests with one token is one question. Off unless CACHE_SECONDS is set.

Sits between `introspection` and the network. Only a yes is kept, in this process alone, for at most five seconds and
never past the token's own end; a no, and the absence of an answer, are asked about each time. What it costs: a
revocation is felt so much later.
"""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from fashionistar_auth.claims import TokenClaims

# Of the tokens that are used now; the one kept longest makes room.
_MOST = 10_000


class RecentAnswers:
    """Claims by the digest of their token: whoever reads this process's memory finds no token here."""

    def __init__(
        self, seconds: int, *, clock: Callable[[], float] = time.monotonic, wall: Callable[[], float] = time.time
    ) -> None:
        """`seconds` 0 keeps nothing. `clock` never goes back; `wall` is what `exp` is compared with."""
        self._seconds, self._clock, self._wall = seconds, clock, wall
        self._kept: OrderedDict[bytes, tuple[float, TokenClaims]] = OrderedDict()
        self._lock = Lock()

    def find(self, token: str) -> TokenClaims | None:
        """The claims, if the provider said yes a moment ago and the token is not over since."""
        if not self._seconds:
            return None
        with self._lock:
            until, claims = self._kept.get(_digest(token), (0.0, None))
        if claims is None or self._clock() >= until or self._wall() >= claims.exp:
            return None
        return claims

    def keep(self, token: str, claims: TokenClaims, *, asked_at: float) -> None:
        """Keep a yes to a question that was asked at this moment of `now`: from then the seconds count."""
        if not self._seconds:
            return
        with self._lock:
            self._kept[_digest(token)] = (asked_at + self._seconds, claims)
            self._kept.move_to_end(_digest(token))
            if len(self._kept) > _MOST:
                self._kept.popitem(last=False)

    def forget(self, token: str) -> None:
        """After a no: an older yes counts no more."""
        with self._lock:
            self._kept.pop(_digest(token), None)

    @property
    def now(self) -> float:
        """What `asked_at` is told in."""
        return self._clock()


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
