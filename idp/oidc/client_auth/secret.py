"""Client secrets: stored as a keyed digest and compared in constant time.

Secrets are generated, never chosen by people, so a slow password hash would protect nothing and cost 200 ms per request. The
key means that a stolen table cannot even be searched for a guessed secret.
"""

import hmac

from idp.core import clock, crypto
from idp.core.specs import implements
from idp.oidc.client_auth.proof import HasSecret, NotProven

# Below this a secret could be guessed; 32 random characters of any usual alphabet hold more than 128 bits (RFC 6819 §5.1.4.2.2).
SHORTEST_SECRET = 32


def digest(secret: str) -> str:
    """64 hexadecimal characters: HMAC-SHA256 under the key for client secrets."""
    return crypto.keyed_digest(secret.encode(), label="client-secret").hex()


@implements("RFC 6749", "2.3.1")
def require_secret(secret: str, client: HasSecret) -> None:
    """The client's secret, or the one before it while a rotation overlaps. Raises `NotProven`."""
    until = client.previous_client_secret_until
    overlaps = until is not None and clock.now() < until
    if matches(secret, client.client_secret) or (overlaps and matches(secret, client.previous_client_secret)):
        return
    raise NotProven("wrong secret")


def matches(secret: str, stored: str) -> bool:
    """Whether `secret` is the one behind `stored`; an empty secret or an empty column never matches."""
    return bool(secret) and bool(stored) and hmac.compare_digest(digest(secret), stored)
