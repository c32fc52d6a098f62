"""Asks another service, through the one way out. Whatever it answers is parsed here or refused."""

import json
import threading
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from idp.core import outbound
from idp.core.api_ingress import FORM, unique_members
from idp.core.upstreams import Upstream
from idp.federation.errors import UpstreamDown, UpstreamNotBelieved
from idp.federation.journey import Journey, callback_url

_SECONDS = 5.0
_MAX_BYTES = 64 * 1024
# A quarter of the threads that answer requests: a service that hangs takes no more of them.
_places = threading.BoundedSemaphore(4)


def tokens_for(*, upstream: Upstream, journey: Journey, code: str) -> Mapping[str, Any]:
    """The answer of the token endpoint (RFC 6749 §4.1.3). Raises `UpstreamDown`, `UpstreamNotBelieved`."""
    fields = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": callback_url(upstream),
        "client_id": upstream.client_id,
        "client_secret": upstream.client_secret,
        "code_verifier": journey.verifier,
    }
    return asked(method="POST", url=upstream.token_url, body=urlencode(fields).encode(), headers={"Content-Type": FORM})


def asked(*, method: Any, url: str, body: bytes | None = None, headers: Mapping[str, str]) -> Mapping[str, Any]:  # noqa: ANN401 - GET or POST
    """The JSON object it answers with. Raises `UpstreamDown`, and `UpstreamNotBelieved` when it refuses us."""
    if not _places.acquire(blocking=False):
        raise UpstreamDown(detail="too many wait for other services already")
    try:
        accept = {"Accept": "application/json", **headers}
        answer = outbound.send(method=method, url=url, body=body, headers=accept, seconds=_SECONDS, max_bytes=_MAX_BYTES)
    except (outbound.OutboundFailed, outbound.OutboundRefused) as exc:
        raise UpstreamDown(detail=exc.detail) from exc
    finally:
        _places.release()
    return _read(answer)


def _read(answer: outbound.Answer) -> Mapping[str, Any]:
    if answer.status >= 500 or answer.status == 429:
        raise UpstreamDown(detail=f"status {answer.status}")
    if answer.status != 200:
        # A code that was used or is not ours. Its own words stay with it: they may quote the code.
        raise UpstreamNotBelieved(detail=f"status {answer.status}")
    try:
        values = json.loads(answer.body, object_pairs_hook=unique_members)
    except (ValueError, RecursionError) as exc:
        raise UpstreamDown(detail=f"no JSON: {type(exc).__name__}") from exc
    if not isinstance(values, dict):
        raise UpstreamDown(detail="JSON, but no object")
    return values


def text(values: Mapping[str, Any], name: str) -> str:
    """A member that is a text, else ""."""
    value = values.get(name)
    return value if isinstance(value, str) else ""
