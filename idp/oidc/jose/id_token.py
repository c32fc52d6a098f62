"""The ID token: who signed in, when, how, in which session, for which client (OIDC Core §2, §3.1.3.6)."""

import base64
import hashlib
from collections.abc import Callable

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
) -> Callable[[str], str]:
    """Everything of the ID token but its access token: call the result with that to sign. Raises `Unavailable`.

    Key and claims are read here, before a code or refresh token is spent, so that a missing key costs nobody their sign-in.
    Claims of the scopes are read at UserInfo; only those a registration names in `id_token_claims` are copied here, and none
    can replace what the protocol says.
    """
    issued = clock.epoch(clock.now())
    copied = {name: value for name, value in claims.user_claims(user, scopes).items() if name in client.id_token_claims}
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
    sign = signing.signer(algorithm=client.id_token_signed_response_alg, typ=signing.ID_TOKEN_TYPE)
    return lambda access_token: sign({**copied, **protocol, "at_hash": half_hash(access_token)})


def half_hash(value: str) -> str:
    """Left half of SHA-256, base64url without padding: `at_hash` for the 256-bit algorithms (OIDC Core §3.1.3.6)."""
    digest = hashlib.sha256(value.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")
