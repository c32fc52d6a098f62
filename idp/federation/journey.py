"""What is remembered of somebody who was sent to another service, until they come back: for ten minutes, sealed, good once.

`state` names it and binds the answer to this browser and to this sign-in of it (RFC 9700 §4.7); the nonce binds the ID token and
the PKCE verifier binds the code (RFC 9700 §4.5). The provider's name is in it and in the address of the way back, so that an
answer of one service is never taken for another's (RFC 9700 §4.4).
"""

import base64
import hashlib
import hmac
import secrets
from urllib.parse import urlencode

from django.conf import settings

from idp.core.ephemeral import Ephemeral
from idp.core.specs import implements
from idp.core.types import Schema
from idp.core.upstreams import Upstream
from idp.federation.errors import JourneyOver
from idp.login.errors import WrongBrowser

_BYTES = 32


class Journey(Schema):
    """One person on the way; `browser` is `core.browser.browser_key`, `uid` the sign-in they left."""

    provider: str
    uid: str
    browser: str
    nonce: str
    verifier: str


journeys: Ephemeral[Journey] = Ephemeral(kind="federation", model=Journey, lifetime=600)


@implements("RFC 9700", "4.4")
def callback_url(upstream: Upstream) -> str:
    """Where this service sends people back, and no other does; registered there."""
    return f"{settings.IDP_ISSUER}/federation/{upstream.name}/callback"


@implements("RFC 9700", "2.1.1")
def leave(*, upstream: Upstream, scope: str, uid: str, browser: str) -> str:
    """Remember the journey; the address to send the browser to. Raises `Unavailable`."""
    state, nonce, verifier = (secrets.token_urlsafe(_BYTES) for _part in range(3))
    journeys.put(state, Journey(provider=upstream.name, uid=uid, browser=browser, nonce=nonce, verifier=verifier))
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    asked = {
        "response_type": "code",
        "client_id": upstream.client_id,
        "redirect_uri": callback_url(upstream),
        "scope": scope,
        "state": state,
        "nonce": nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    return f"{upstream.authorization_url}?{urlencode(asked)}"


@implements("RFC 9700", "4.7")
def come_back(*, upstream: Upstream, state: str, browser: str) -> Journey:
    """The journey, for one answer only, in the browser that left. Raises `JourneyOver`, `WrongBrowser`, `Unavailable`."""
    journey = journeys.get(state) if state else None
    if journey is None or journey.provider != upstream.name:
        raise JourneyOver(detail="no such journey")
    # Before it is taken: an address that leaked ends nobody's journey.
    if not hmac.compare_digest(journey.browser, browser):
        raise WrongBrowser(detail="the way back was opened in another browser")
    if not journeys.discard(state):
        raise JourneyOver(detail="another request came back with it at the same moment")
    return journey
