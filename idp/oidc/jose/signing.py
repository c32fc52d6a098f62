"""Signing and verifying our own JWTs with strict algorithm lists (RFC 7515, RFC 8725 §3.1)."""

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from joserfc import jwt
from joserfc.errors import JoseError

from idp.core.specs import implements
from idp.oidc.jose import keys

# The `typ` of a JWT keeps one kind from being taken for another (RFC 8725 §3.11). ID tokens carry the usual "JWT".
ID_TOKEN_TYPE = "JWT"
_LARGEST_TOKEN = 16 * 1024


class NotOurs(Exception):
    """A JWT we did not sign as an ID token for this issuer; the text is for the log."""


def signer(*, algorithm: str, typ: str) -> Callable[[Mapping[str, Any]], str]:
    """Signs claims into the compact serialisation with the key that is active now. Raises `Unavailable` when there is none."""
    key = keys.active_key(algorithm)
    header = {"alg": algorithm, "typ": typ, "kid": key.kid}
    return lambda claims: jwt.encode(header, dict(claims), key, algorithms=[algorithm])


@implements("OIDC Core", "3.1.2.1")
def verified_hint(token: str) -> dict[str, Any]:
    """The claims of an `id_token_hint`: our signature with any published key, our issuer; expiry is ignored. Raises `NotOurs`.

    An expired ID token is still a good hint (OIDC RP-Initiated Logout §2); one of another issuer or kind never is.
    """
    if len(token) > _LARGEST_TOKEN:
        raise NotOurs("larger than any ID token of ours")
    try:
        decoded = jwt.decode(token, keys.published_keys(), algorithms=list(keys.ALGORITHMS))
    except (JoseError, ValueError, TypeError, KeyError) as exc:
        raise NotOurs(f"{type(exc).__name__}: {exc}") from exc
    if decoded.header.get("typ") != ID_TOKEN_TYPE:
        raise NotOurs("not an ID token by its typ")
    claims = dict(decoded.claims)
    if claims.get("iss") != settings.IDP_ISSUER or not isinstance(claims.get("sub"), str):
        raise NotOurs("another issuer, or no subject")
    return claims
