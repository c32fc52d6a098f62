"""The security event token: what happened to this account (RFC 8417)."""

from collections.abc import Mapping
from typing import Any

from idp.core import clock
from idp.core.specs import implements
from idp.oidc.jose import signing
from idp.oidc.models import Client

# §2.3: explicit typing, so that none passes for an ID token, an access token or a logout token.
SECURITY_EVENT_TYPE = "secevent+jwt"


@implements("RFC 8417", "2.2")
@implements("RFC 8417", "2.3")
def security_event_token(
    *, issuer: str, client: Client, jti: str, txn: str, toe: int, sub_id: Mapping[str, Any], events: Mapping[str, Any]
) -> str:
    """Signed as this client's ID tokens are. No `sub` and no `exp`: nobody may take it for a token that grants anything (§4.6).

    `toe` is when it happened, `iat` when this copy was made; seconds since 1970. Raises `Unavailable`.
    """
    sign = signing.signer(algorithm=client.id_token_signed_response_alg, typ=SECURITY_EVENT_TYPE)
    return sign(
        {
            "iss": issuer,
            "aud": client.client_id,
            "iat": clock.epoch(clock.now()),
            "jti": jti,
            "txn": txn,
            "toe": toe,
            "sub_id": sub_id,
            "events": events,
        }
    )
