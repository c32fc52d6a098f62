"""Signing and verifying our own JWTs: each kind by its `typ`, each key for one algorithm (RFC 7515, RFC 8725 §3.1, §3.11)."""

import base64
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from joserfc import jwt
from joserfc.errors import JoseError

from idp.core.specs import implements
from idp.oidc.jose import keys

# The `typ` of a JWT keeps one kind from being taken for another (RFC 8725 §3.11). ID tokens carry the usual "JWT".
ID_TOKEN_TYPE = "JWT"
# RFC 9068 §2.1.
ACCESS_TOKEN_TYPE = "at+jwt"
# No specification names one for signed UserInfo, and common libraries refuse a name they do not know.
USERINFO_TYPE = "JWT"

# Characters: larger than any JWT of ours, and small enough to be worth decoding.
_LARGEST_TOKEN = 16 * 1024
_COMPACT = re.compile(r"([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_KID = re.compile(r"[A-Za-z0-9_-]{43}")
# All that a header of ours says. Whatever else one says (`jwk`, `crit`, `zip`, `p2c` …) we never wrote.
_HEADER_MEMBERS = {"alg", "typ", "kid"}


class NotOurs(Exception):
    """A JWT we did not sign as this kind for this issuer, or no JWT at all; the text is for the log."""


def signer(*, algorithm: str, typ: str, kid: str | None = None) -> Callable[[Mapping[str, Any]], str]:
    """Signs claims into the compact serialisation with the key that is active now. Raises `Unavailable` when there is none.

    `kid`: as `keys.active_key` takes it.
    """
    key = keys.active_key(algorithm, kid=kid)
    header = {"alg": algorithm, "typ": typ, "kid": key.kid}
    return lambda claims: jwt.encode(header, dict(claims), key, algorithms=[algorithm])


@implements("RFC 8725", "3.1")
def verified(token: str, *, typ: str) -> dict[str, Any]:
    """The claims of a JWT we signed as this kind, with a key that is published, as this issuer. Raises `NotOurs`.

    Size, shape and header are judged before a key is looked for, and a key is found before anything is computed: what we
    cannot have signed costs nothing. Times are the caller's business.
    """
    kid, algorithm = _named_key(token, typ)
    key = keys.verification_key(kid=kid, algorithm=algorithm)
    if key is None:
        raise NotOurs("signed by no published key")
    try:
        claims = dict(jwt.decode(token, key, algorithms=[algorithm]).claims)
    except (JoseError, ValueError, TypeError) as exc:
        raise NotOurs(f"{type(exc).__name__}: {exc}") from exc
    if claims.get("iss") != settings.IDP_ISSUER:
        raise NotOurs("another issuer")
    return claims


@implements("OIDC Core", "3.1.2.1")
@implements("RFC 8725", "3.12")
def verified_hint(token: str) -> dict[str, Any]:
    """The claims of an `id_token_hint`: an ID token of ours, however old. Raises `NotOurs`.

    An expired ID token is still a good hint (OIDC RP-Initiated Logout §2); one of another issuer or kind never is. Signed
    UserInfo has the `typ` of an ID token, but no `exp`.
    """
    claims = verified(token, typ=ID_TOKEN_TYPE)
    shapes = (("sub", str), ("aud", str), ("exp", int), ("iat", int))
    if not all(isinstance(claims.get(name), kind) for name, kind in shapes):
        raise NotOurs("not the claims of an ID token")
    return claims


@implements("RFC 8725", "3.2")
@implements("RFC 8725", "3.11")
def _named_key(token: str, typ: str) -> tuple[str, str]:
    """`kid` and `alg` of a header such as we write. Raises `NotOurs`."""
    if len(token) > _LARGEST_TOKEN:
        raise NotOurs("larger than any JWT of ours")
    parts = _COMPACT.fullmatch(token)
    if parts is None:
        raise NotOurs("not a signed JWT in compact form")
    try:
        header = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, RecursionError) as exc:
        raise NotOurs("the header is not JSON") from exc
    if not isinstance(header, dict) or header.keys() != _HEADER_MEMBERS or header["typ"] != typ:
        raise NotOurs("not a header of ours, or of another kind")
    kid, algorithm = header["kid"], header["alg"]
    if algorithm not in keys.ALGORITHMS or not isinstance(kid, str) or not _KID.fullmatch(kid):
        raise NotOurs("an algorithm or key id we never use")
    return kid, algorithm
