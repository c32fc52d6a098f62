"""Remembers what the provider told of accounts and sessions, so that older tokens are asked about again.

Between `events.receive`, which writes, and `local_validation`, which reads; both use the cache that CHANGES_CACHE
names, and do nothing without one. An account that was suspended, got another role or another password, a session that
ended: what was issued before is shown to the provider for the rest of its life, and the provider knows. So nothing is
refused here, and it does not matter in which order the news comes.
"""

import hashlib
from collections.abc import Mapping

from django.core.cache import BaseCache, caches
from pydantic import TypeAdapter

from fashionistar_auth.cache_access import CacheUnavailable, asking
from fashionistar_auth.claims import TokenClaims
from fashionistar_auth.conf import get_settings

#: Seconds. A token that lives longer is asked about each time.
LONGEST_LIFE = 3600
#: For as long as a token issued before may still be accepted, whatever the clocks say.
_KEPT = LONGEST_LIFE + 900
_TIMES: TypeAdapter[Mapping[str, int]] = TypeAdapter(dict[str, int])


class NotRemembered(Exception):
    """The cache took a change and does not have it: the provider has to send it again."""


def remember_change(*, sub: str, sid: str | None, at: int) -> None:
    """From now on tokens of this session (or, without one, of this account) issued up to `at` are asked about.

    Called while the account's row is locked, so never twice at once for one account. Raises: NotRemembered, or what the
    cache raises.
    """
    alias = get_settings().changes_cache
    if not alias:
        return
    name = _name("sid", sid) if sid else _name("sub", sub)
    cache = caches[alias]
    latest = max(at, cache.get(name) or 0)
    cache.set(name, latest, _KEPT)
    # A cache whose errors are swallowed would let a suspended person go on.
    if cache.get(name) != latest:
        raise NotRemembered("the cache that CHANGES_CACHE names did not keep a change")


def has_changed(claims: TokenClaims) -> bool:
    """Whether the provider told of a change since this token was issued; yes, too, when the cache does not answer."""
    settings = get_settings()
    if not settings.changes_cache:
        return False
    names = [_name("sub", claims.sub), *([_name("sid", claims.sid)] if claims.sid else [])]
    try:
        changes = asking(lambda: _told(caches[settings.changes_cache], names), keeps="changes")
    except CacheUnavailable:
        return True
    # Two clocks of the provider may differ, and a change is told once it is written.
    return any((claims.iat or 0) <= at + settings.leeway_seconds for at in changes.values())


def _told(cache: BaseCache, names: list[str]) -> Mapping[str, int]:
    """What is kept under these names. Raises: ValidationError for what is not ours, or what the cache raises."""
    return _TIMES.validate_python(cache.get_many(names), strict=True)


def _name(kind: str, value: str) -> str:
    """Hashed, since caches are particular about the characters of a key."""
    return f"fashionistar_auth.changed.{kind}.{hashlib.sha256(value.encode()).hexdigest()}"
