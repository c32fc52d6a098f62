"""The one place where whatever a cache raises is caught: which cache it is, and so what it raises, the service chooses.

Sits under `tickets.store` and `changed_accounts`, each of which says what it means that a cache is away.
"""

import logging
from collections.abc import Callable
from typing import TypeVar

logger = logging.getLogger("fashionistar_auth")

_Result = TypeVar("_Result")


class CacheUnavailable(Exception):
    """The cache did not answer; the log says why."""


def asking(question: Callable[[], _Result], *, keeps: str) -> _Result:
    """Ask the cache that keeps these things. Raises: CacheUnavailable."""
    try:
        return question()
    except Exception as exc:
        logger.exception("The cache that keeps %s does not answer", keeps)
        raise CacheUnavailable from exc
