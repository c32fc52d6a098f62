"""The cache aliases: Redis through django-redis where there is one, else maps in this process, which is then the only one."""

from typing import Any

from idp.config.env import Environment

# Seconds. A cache that hangs must not hang a sign-in; limits are asked for at every one, so they may cost it little, and this
# process then counts alone. Copies of rows have something to fall back to as well: SQL.
_WAIT = 1.0
_WAIT_FOR_LIMITS = 0.25


def cache_aliases(environment: Environment) -> dict[str, dict[str, Any]]:
    """Django's CACHES."""
    waits = {"default": _WAIT, "ephemeral": _WAIT, "sessions": _WAIT, "limits": _WAIT_FOR_LIMITS, "copies": _WAIT_FOR_LIMITS}
    aliases = {alias: _cache(environment, alias, wait) for alias, wait in waits.items()}
    return {**aliases, "limits_local": _memory("limits_local")}


def _cache(environment: Environment, alias: str, wait: float) -> dict[str, Any]:
    """One alias, with JSON (never pickle).

    The wait stands in the address, because aliases with equal addresses share one pool of connections and the options of
    whichever came first.
    """
    if not environment.uses_redis:
        # One process only, which the environment has made sure of.
        return _memory(alias)
    joint = "&" if "?" in environment.redis_url else "?"
    return {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": f"{environment.redis_url}{joint}socket_connect_timeout={wait}&socket_timeout={wait}",
        "KEY_PREFIX": f"idp:{alias}",
        "OPTIONS": {"SERIALIZER": "django_redis.serializers.json.JSONSerializer"},
    }


def _memory(alias: str) -> dict[str, Any]:
    """A cache in the memory of this process."""
    return {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": alias,
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
