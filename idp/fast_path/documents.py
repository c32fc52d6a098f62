"""The public documents: bytes made by their views, sent again as they are.

The discovery document depends on the environment of this process alone. The key set is another process's to change, so it is
kept for a second, and without Redis not at all (D4); everybody else may keep it for minutes.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse

from idp.core import clock
from idp.core.specs import implements
from idp.fast_path.answer import Answer, dressed, with_headers
from idp.oidc import cors
from idp.oidc.endpoints.discovery import discovery as discovery_view
from idp.oidc.endpoints.jwks import jwks as jwks_view

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_KEY_SET_SECONDS = 1.0
# The answer and when it was made; replaced as a whole, so threads need no lock.
_key_set: tuple[float, Answer] | None = None


@implements("OIDC Discovery", "4.2")
def discovery(environ: "WSGIEnvironment") -> Answer | None:
    """The provider's metadata, whatever the Host; None for anything but a GET without a query."""
    return _discovery() if _is_get(environ) else None


@implements("RFC 7517", "5")
def jwks(environ: "WSGIEnvironment") -> Answer | None:
    """The key set as it was at most a second ago; None where it must be read anew, or cannot be."""
    global _key_set  # noqa: PLW0603 - one key set for all threads
    if not settings.IDP_COPIES or not _is_get(environ):
        return None
    now, kept = clock.monotonic(), _key_set
    if kept is None or now - kept[0] >= _KEY_SET_SECONDS:
        try:
            kept = _key_set = (now, _of(jwks_view))
        except DatabaseError:
            return None
    return kept[1]


@lru_cache(maxsize=1)
def _discovery() -> Answer:
    return _of(discovery_view)


def _is_get(environ: "WSGIEnvironment") -> bool:
    return environ["REQUEST_METHOD"] == "GET" and not environ.get("QUERY_STRING") and not environ.get("SCRIPT_NAME")


def _of(view: Callable[[HttpRequest], HttpResponse]) -> Answer:
    """What the view answers to whoever asks."""
    request = HttpRequest()
    request.method = "GET"
    response = view(request)
    return Answer(with_headers(dressed(response), cors.headers_for("public", "", frozenset())), response.content)
