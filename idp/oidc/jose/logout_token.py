"""The logout token: this person's session at us ended, so end yours (OIDC Back-Channel Logout §2.4)."""

from idp.core import clock
from idp.core.specs import implements
from idp.oidc.jose import signing
from idp.oidc.models import Client

# Explicit typing: no ID token passes for a logout token, nor the reverse (RFC 8725 §3.11).
LOGOUT_TOKEN_TYPE = "logout+jwt"
_EVENT = "http://schemas.openid.net/event/backchannel-logout"
# §2.4 recommends no more than two minutes.
_LIFETIME_SECONDS = 120


@implements("OIDC Back-Channel Logout", "2.4")
def logout_token(*, issuer: str, client: Client, subject: str, sid: str, jti: str) -> str:
    """Signed as this client's ID tokens are. Never holds a nonce: that would make it an ID token. Raises `Unavailable`."""
    issued = clock.epoch(clock.now())
    sign = signing.signer(algorithm=client.id_token_signed_response_alg, typ=LOGOUT_TOKEN_TYPE)
    return sign(
        {
            "iss": issuer,
            "aud": client.client_id,
            "sub": subject,
            "sid": sid,
            "iat": issued,
            "exp": issued + _LIFETIME_SECONDS,
            "jti": jti,
            "events": {_EVENT: {}},
        }
    )
