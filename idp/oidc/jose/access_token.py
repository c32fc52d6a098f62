"""An access token as a signed JWT, for services that verify it themselves and accept minutes of delay (RFC 9068)."""

from typing import Any

from django.conf import settings

from idp.accounts.models import User
from idp.core import clock
from idp.core.specs import implements
from idp.oidc.jose import signing
from idp.oidc.jose.claims import user_claims
from idp.oidc.jose.subject import subject_for
from idp.oidc.models import AccessToken, Client


@implements("RFC 9068", "2.2")
@implements("RFC 9068", "6")
def signed_access_token(row: AccessToken, *, client: Client, user: User | None, kid: str | None = None) -> str:
    """What the row says, in the client's algorithm. Raises `Unavailable` without a key. `kid`: as `keys.active_key` takes it.

    Of a person it says who, in which sign-in, and under the scope `roles` what introspection says under it. E-mail and phone
    stay out: a JWT can be read by whoever carries it.
    """
    scopes = row.scope.split()
    # What the protocol says comes last, so that no claim of a person can stand in its place.
    claims: dict[str, Any] = {
        **(user_claims(user, [scope for scope in scopes if scope == "roles"]) if user else {}),
        "iss": settings.IDP_ISSUER,
        "aud": row.resource,
        "sub": subject_for(user, client) if user else client.client_id,
        "client_id": client.client_id,
        "iat": clock.epoch(clock.now()),
        "exp": clock.epoch(row.expires),
        "jti": str(row.jti),
        "scope": row.scope,
        **_sign_in(row),
    }
    sign = signing.signer(algorithm=client.id_token_signed_response_alg, typ=signing.ACCESS_TOKEN_TYPE, kid=kid)
    return sign(claims)


@implements("RFC 9068", "2.2.1")
def _sign_in(row: AccessToken) -> dict[str, Any]:
    """The sign-in behind a person's token; nothing for a client's own."""
    if row.sid is None or row.auth_time is None:
        return {}
    return {"sid": str(row.sid), "auth_time": clock.epoch(row.auth_time), "acr": row.acr, "amr": row.amr}
