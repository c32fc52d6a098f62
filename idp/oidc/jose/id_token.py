"""The ID token: who signed in, when, how, in which session, for which client (OIDC Core §2, §3.1.3.6)."""

import base64
import hashlib
from collections.abc import Callable, Collection

from idp.accounts.models import User
from idp.core import clock
from idp.core.auth_context import AuthContext
from idp.core.specs import implements
from idp.oidc import lifetimes
from idp.oidc.jose import claims, signing
from idp.oidc.jose.subject import subject_for
from idp.oidc.models import Client


@implements("OIDC Core", "2")
def prepared_id_token(
    *,
    issuer: str,
    user: User,
    client: Client,
    context: AuthContext,
    scopes: tuple[str, ...],
    nonce: str,
    requested: Collection[str] = (),
    kid: str | None = None,
) -> Callable[[str], str]:
    """Everything of the ID token but its access token: call the result with that to sign. Raises `Unavailable`.

    Key and claims are read here, before a code or refresh token is spent, so that a missing key costs nobody their sign-in.
    Claims of the scopes are read at UserInfo; only those a registration names in `id_token_claims`, and those `requested` by
    the claims parameter, are copied here, and none can replace what the protocol says. `kid`: as `keys.active_key` takes it.
    """
    issued = clock.epoch(clock.now())
    told = claims.user_claims(user, scopes, singly=requested)
    copied = {name: value for name, value in told.items() if name in client.id_token_claims or name in requested}
    # What the protocol says comes last, so that no copied claim can stand in its place.
    protocol = {
        "iss": issuer,
        "sub": subject_for(user, client),
        "aud": client.client_id,
        "iat": issued,
        "exp": issued + lifetimes.id_token_seconds(),
        "auth_time": clock.epoch(context.auth_time),
        "acr": context.acr,
        "amr": list(context.amr),
        "sid": str(context.sid),
        **({"nonce": nonce} if nonce else {}),
    }
    algorithm = client.id_token_signed_response_alg
    sign = signing.signer(algorithm=algorithm, typ=signing.ID_TOKEN_TYPE, kid=kid)
    return lambda access_token: sign({**copied, **protocol, "at_hash": half_hash(access_token, algorithm=algorithm)})


# The hash inside each signature algorithm; Ed25519 signs with SHA-512 (RFC 8032 §5.1).
_HASHES = {"RS256": hashlib.sha256, "PS256": hashlib.sha256, "ES256": hashlib.sha256, "EdDSA": hashlib.sha512}


@implements("OIDC Core", "3.1.3.6")
def half_hash(value: str, *, algorithm: str) -> str:
    """`at_hash`: the left half of the digest that goes with the ID token's algorithm, base64url without padding."""
    digest = _HASHES[algorithm](value.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).decode().rstrip("=")
