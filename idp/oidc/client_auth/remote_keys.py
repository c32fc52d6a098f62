"""The keys behind a client's `jwks_uri`, asked for rarely and kept in the memory of this process (OIDC Core §10.1.1).

A key that the set no longer holds counts for five minutes more at most; while the address does not answer, for an hour. An
unknown key name makes us ask again, but once a minute at most and one request at a time: a flood of invented names costs the
client's server nothing and never displaces the keys that are there. Of the server's threads only a few ever wait for an address
that hangs; whoever comes beyond that is told to try again.
"""

import json
import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from idp.core import clock, outbound
from idp.core.api_ingress import unique_members
from idp.core.errors import OAuthError
from idp.core.specs import implements
from idp.oidc.jose import public_keys
from idp.oidc.jose.received import NotAcceptable, PublicKey

logger = logging.getLogger("idp.client_keys")

# Seconds.
_FRESH = 300
_LAST_RESORT = 3600
_BETWEEN_REQUESTS = 60
_TIMEOUT = 3.0
_LARGEST_SET = 64 * 1024

# Threads of this process that may ask or wait for key sets at one moment, whichever clients' they are: a quarter of those that
# answer requests.
_MOST_WAITING = 4
_RETRY_SOON = 2
_places = threading.BoundedSemaphore(_MOST_WAITING)


@dataclass(slots=True)
class _Held:
    """What is known of one address. Times are seconds since 1970; 0: never."""

    keys: tuple[Mapping[str, Any], ...] = ()
    read_at: float = 0
    asked_at: float = 0
    asking: threading.Lock = field(default_factory=threading.Lock)


# Addresses come from registrations, so there are no more entries than clients.
_held: dict[str, _Held] = {}


@implements("OIDC Core", "10.1.1")
def key_for(uri: str, *, algorithm: str, kid: str | None) -> PublicKey | None:
    """The key that fits, None if none does. Raises `OAuthError` 503 while no key set can be had, `NotAcceptable`."""
    held = _held.setdefault(uri, _Held())
    key = public_keys.key_for(held.keys, algorithm=algorithm, kid=kid)
    if key is not None and _age(held.read_at) < _FRESH:
        return key
    _refresh(uri, held)
    if _age(held.read_at) >= _LAST_RESORT:
        words = _("The keys of this client could not be read. Please try again in a minute.")
        raise OAuthError("temporarily_unavailable", words, status=503, retry_after=_BETWEEN_REQUESTS, detail=uri)
    return public_keys.key_for(held.keys, algorithm=algorithm, kid=kid)


@implements("OWASP ASVS 5.0", "13.2.6")
def _refresh(uri: str, held: _Held) -> None:
    """Ask when it is time to. Whoever finds another request under way goes on with what is there, and waits when nothing is.

    Raises `OAuthError` 503 when nothing is there and too many wait already.
    """
    if _age(held.asked_at) < _BETWEEN_REQUESTS and not held.asking.locked():
        return
    if not _places.acquire(blocking=False):
        if held.keys:
            return
        words = _("The keys of this client are being read. Please try again in a moment.")
        raise OAuthError("temporarily_unavailable", words, status=503, retry_after=_RETRY_SOON, detail=uri)
    # One of those that have a place asks; the others wait for it here.
    try:
        if held.asking.acquire(blocking=not held.keys):
            try:
                if _age(held.asked_at) >= _BETWEEN_REQUESTS:
                    _ask(uri, held)
            finally:
                held.asking.release()
    finally:
        _places.release()


def _age(moment: float) -> float:
    return clock.now().timestamp() - moment


def _ask(uri: str, held: _Held) -> None:
    """Replace the keys by those behind the address now; keep them when it does not answer as it should."""
    held.asked_at = clock.now().timestamp()
    try:
        answer = outbound.send(method="GET", url=uri, seconds=_TIMEOUT, max_bytes=_LARGEST_SET)
        keys = _keys_of(answer)
    except (outbound.OutboundFailed, outbound.OutboundRefused, NotAcceptable) as exc:
        logger.warning("keys of a client could not be read", extra={"uri": uri, "detail": str(exc)})
        return
    held.keys, held.read_at = keys, clock.now().timestamp()


def _keys_of(answer: outbound.Answer) -> tuple[Mapping[str, Any], ...]:
    """The usable keys of a key set. Raises `NotAcceptable` when the answer is none, or holds none."""
    if answer.status != 200:
        raise NotAcceptable(f"status {answer.status}")
    try:
        keys = public_keys.usable(json.loads(answer.body, object_pairs_hook=unique_members))
    except (ValueError, RecursionError) as exc:
        raise NotAcceptable(f"not JSON: {type(exc).__name__}") from exc
    if not keys:
        raise NotAcceptable("no key that may be used")
    return keys
