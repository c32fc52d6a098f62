"""`private_key_jwt`: the client signs a short statement about itself with a key that never leaves it (RFC 7523, OIDC Core §9).

Order matters: what costs nothing first, the signature before anything is believed, and the `jti` last, so that only a client
that proved itself can use one up.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from idp.core import clock
from idp.core.specs import implements
from idp.oidc.client_auth import remote_keys, spent_assertions
from idp.oidc.client_auth.proof import NotProven
from idp.oidc.jose import public_keys
from idp.oidc.jose.received import NotAcceptable, PublicKey, Received, verify
from idp.oidc.models import Client

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ALGORITHMS = tuple(public_keys.ALGORITHMS)
# In `client_assertion_audience`: only our issuer, as newer profiles ask, or the token endpoint as well, as older clients send.
ISSUER_ONLY = "issuer"

# Of the RFC, of OpenID Connect, and the explicit type of RFC 7523bis; a type of another kind of token is not taken for one.
_TYPES = frozenset({"", "jwt", "client-authentication+jwt"})
_LONGEST_LIFE = 3600
# Seconds that the client's clock may be ahead of ours.
_CLOCK_SKEW = 10
_LONGEST_JTI = 255


@implements("RFC 7523", "3")
def require_proof(assertion: Received, client: Client) -> None:
    """Believe that the caller is `client`, once. Raises `NotProven`, or `OAuthError` 503 when its keys cannot be read."""
    _require_form(assertion, client)
    _require_audience(assertion.claims.get("aud"), client)
    expires_at = _require_present(assertion.claims)
    jti = assertion.claims.get("jti")
    if not isinstance(jti, str) or not 0 < len(jti) <= _LONGEST_JTI:
        raise NotProven("no jti, or not a text of usual length")
    # Cryptography, and nothing before it is believed.
    try:
        verify(assertion, _key_of(client, assertion), algorithms=[assertion.alg])
    except NotAcceptable as exc:
        raise NotProven(str(exc)) from exc
    spent_assertions.spend(client=client, jti=jti, expires_at=expires_at)


def _require_form(assertion: Received, client: Client) -> None:
    """The algorithm is the registered one, or one of ours; the type is an assertion's; it speaks of its own maker."""
    registered = client.token_endpoint_auth_signing_alg
    if assertion.alg not in ((registered,) if registered else ALGORITHMS):
        raise NotProven(f"algorithm {assertion.alg[:20]!r}")
    if assertion.typ not in _TYPES:
        raise NotProven("the typ of another kind of token")
    if not assertion.claims.get("iss") == assertion.claims.get("sub") == client.client_id:
        raise NotProven("iss and sub are not the client_id")


@implements("RFC 7523", "3")
def _require_audience(audience: object, client: Client) -> None:
    """One text that names us and nobody else: a list could be meant for another provider as well."""
    accepted = [settings.IDP_ISSUER]
    if client.client_assertion_audience != ISSUER_ONLY:
        accepted.append(f"{settings.IDP_ISSUER}/oauth2/token")
    if not isinstance(audience, str) or audience not in accepted:
        raise NotProven("the audience is not this provider alone")


def _require_present(claims: Mapping[str, Any]) -> dt.datetime:
    """Its end is ahead, but not far; it begins now, give or take the clocks. Returns its end."""
    now = clock.now().timestamp()
    expires = _seconds(claims, "exp")
    if expires is None or not now < expires <= now + _LONGEST_LIFE + _CLOCK_SKEW:
        raise NotProven("exp is missing, past, or too far ahead")
    for name in ("iat", "nbf"):
        begins = _seconds(claims, name)
        if begins is not None and begins > now + _CLOCK_SKEW:
            raise NotProven(f"{name} lies ahead")
    return dt.datetime.fromtimestamp(expires, tz=dt.UTC)


def _seconds(claims: Mapping[str, Any], name: str) -> float | None:
    """A NumericDate (RFC 7519 §2), or None where there is none."""
    if name not in claims:
        return None
    value = claims[name]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NotProven(f"{name} is not a number")
    return value


def _key_of(client: Client, assertion: Received) -> PublicKey:
    """The client's key that the assertion names, registered or behind its address. Raises `NotProven`, `OAuthError`."""
    if client.jwks_uri:
        key = remote_keys.key_for(client.jwks_uri, algorithm=assertion.alg, kid=assertion.kid)
    else:
        key = public_keys.key_for(public_keys.usable(client.jwks), algorithm=assertion.alg, kid=assertion.kid)
    if key is None:
        raise NotProven(f"no single key of the client fits kid {(assertion.kid or '')[:40]!r}")
    return key
