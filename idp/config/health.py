"""Health for probes: `/healthz` says that the process answers, `/readyz` that it can do its work."""

from django.core.cache import caches
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from django_redis.exceptions import ConnectionInterrupted
from redis.exceptions import RedisError

from idp.core.errors import Unavailable
from idp.core.hosts import any_host
from idp.oidc.jose.keys import ALGORITHMS, active_key


@any_host
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 as long as the process can answer at all; touches no store."""
    return JsonResponse({"status": "ok", "message": "The provider is running."})


@any_host
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when database, cache and signing keys answer, else 503 naming what does not."""
    failing = [name for name, works in (("database", _database()), ("cache", _cache()), ("keys", _keys())) if not works]
    if failing:
        message = f"Not ready: {', '.join(failing)} cannot be used right now."
        return JsonResponse({"status": "unavailable", "message": message, "failing": failing}, status=503)
    return JsonResponse({"status": "ok", "message": "The provider is ready."})


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _cache() -> bool:
    try:
        caches["ephemeral"].set("readyz", "ok", 5)
        return bool(caches["ephemeral"].get("readyz") == "ok")
    except (RedisError, ConnectionInterrupted, OSError):
        return False


def _keys() -> bool:
    """A key per algorithm that can sign now: there, active, and opened by the configured encryption keys."""
    try:
        return all(active_key(algorithm) for algorithm in ALGORITHMS)
    except (DatabaseError, Unavailable):
        return False
