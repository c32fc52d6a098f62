"""Keeps tickets in the service's cache: unreadable to whoever reads the cache, and taken once.

The cache holds neither ticket nor token: the key is a digest of the ticket, and the value is encrypted with a key made
of the ticket. Whoever copies the cache has nothing that opens anything.
"""

import logging
import time
from collections.abc import Callable
from hmac import digest
from typing import TypeVar

from django.core.cache import caches
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from pydantic import BaseModel, ConfigDict, ValidationError

from fashionistar_auth.cache_access import CacheUnavailable, asking
from fashionistar_auth.conf import get_settings
from fashionistar_auth.errors import TicketsUnavailable

logger = logging.getLogger("fashionistar_auth.tickets")

_HEADER = {"alg": "dir", "enc": "A256GCM"}
_Result = TypeVar("_Result")


class Kept(BaseModel):
    """What a ticket stands for. `expires_at` in seconds since the epoch."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    token: str
    origin: str
    expires_at: float


def keep(ticket: str, kept: Kept, *, seconds: int) -> None:
    """Remember a new ticket. Raises: TicketsUnavailable."""
    sealed = jwe.encrypt_compact(_HEADER, kept.model_dump_json().encode(), _key(ticket))
    # `add` says whether it was stored; `set` would keep silent where the cache's errors are swallowed.
    if not _asking(lambda: caches[get_settings().ticket_cache].add(_name(ticket), sealed, seconds)):
        raise TicketsUnavailable(retry_after=get_settings().retry_after_seconds)


def take(ticket: str) -> Kept | None:
    """What a ticket stands for, once; None for one that is unknown, used or expired. Raises: TicketsUnavailable."""
    cache, name = caches[get_settings().ticket_cache], _name(ticket)
    sealed = _asking(lambda: cache.get(name))
    # Of two callers at once both may have read it; only one deletes it.
    if not isinstance(sealed, str) or not _asking(lambda: cache.delete(name)):
        return None
    try:
        kept = Kept.model_validate_json(jwe.decrypt_compact(sealed, _key(ticket)).plaintext or b"")
    except (JoseError, ValueError, ValidationError):
        logger.error("A ticket in the cache could not be read")  # noqa: TRY400 - nothing of it belongs into a log
        return None
    # The cache forgets by itself; that it does is not trusted.
    return kept if time.time() < kept.expires_at else None


def _name(ticket: str) -> str:
    return f"fashionistar_auth.ticket.{digest(ticket.encode(), b'name', 'sha256').hex()}"


def _key(ticket: str) -> OctKey:
    return OctKey.import_key(digest(ticket.encode(), b"key", "sha256"))


def _asking(question: Callable[[], _Result]) -> _Result:
    """Ask the cache. Raises: TicketsUnavailable when it does not answer."""
    try:
        return asking(question, keeps="tickets")
    except CacheUnavailable as exc:
        raise TicketsUnavailable(retry_after=get_settings().retry_after_seconds) from exc
