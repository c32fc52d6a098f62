"""Google as an OpenID provider: the ID token is verified as OIDC Core §3.1.3.7 says, and UserInfo is not asked."""

import hmac
from collections.abc import Mapping
from typing import Any

from idp.accounts.upstream import UpstreamIdentity
from idp.core import clock
from idp.core.errors import OAuthError
from idp.core.specs import implements
from idp.core.upstreams import Upstream
from idp.federation.asking import text, tokens_for
from idp.federation.errors import UpstreamDown, UpstreamNotBelieved
from idp.federation.journey import Journey
from idp.federation.told import email_of, name_of
from idp.oidc.client_auth import remote_keys
from idp.oidc.jose.received import NotAcceptable, PublicKey, Received, read, verify

SCOPE = "openid email profile"
_ALGORITHM = "RS256"
# Seconds by which clocks may differ.
_LEEWAY = 60
_LONGEST_SUBJECT = 255


def identify(*, upstream: Upstream, journey: Journey, code: str) -> UpstreamIdentity:
    """Who came back with this code. Raises `UpstreamDown`, `UpstreamNotBelieved`."""
    claims = _verified(upstream, journey, text(tokens_for(upstream=upstream, journey=journey, code=code), "id_token"))
    email = email_of(text(claims, "email"))
    return UpstreamIdentity(
        provider="google",
        label=upstream.label,
        subject=text(claims, "sub"),
        email=email,
        # True, and not something that counts as true.
        email_verified=bool(email) and claims.get("email_verified") is True,
        given_name=name_of(text(claims, "given_name")),
        family_name=name_of(text(claims, "family_name")),
    )


@implements("OIDC Core", "3.1.3.7")
def _verified(upstream: Upstream, journey: Journey, token: str) -> Mapping[str, Any]:
    """The claims of an ID token that this service made for us, for this journey, now. Raises as `identify`."""
    try:
        received = read(token)
        verify(received, _key_of(upstream, received), algorithms=[_ALGORITHM])
    except NotAcceptable as exc:
        raise UpstreamNotBelieved(detail=f"ID token: {exc}") from exc
    except OAuthError as exc:
        raise UpstreamDown(detail=f"keys: {exc.detail}") from exc
    if problem := _problem_of(received, upstream, journey):
        raise UpstreamNotBelieved(detail=f"ID token: {problem}")
    return received.claims


def _key_of(upstream: Upstream, received: Received) -> PublicKey:
    """The key it says it is signed with, of those that the service publishes. Raises `NotAcceptable`, `OAuthError`."""
    key = remote_keys.key_for(upstream.keys_url, algorithm=_ALGORITHM, kid=received.kid)
    if key is None:
        raise NotAcceptable("no such key")
    return key


def _problem_of(received: Received, upstream: Upstream, journey: Journey) -> str:
    """What is wrong with a token that is signed; "" when nothing is."""
    claims = received.claims
    ends = claims.get("exp")
    subject = text(claims, "sub")
    checks = (
        (text(claims, "iss") == upstream.issuer, "another issuer"),
        # Alone: whoever else it was made for could have passed it on.
        (claims.get("aud") in (upstream.client_id, [upstream.client_id]), "another audience"),
        (claims.get("azp", upstream.client_id) == upstream.client_id, "another authorized party"),
        (isinstance(ends, int | float) and clock.now().timestamp() < ends + _LEEWAY, "expired"),
        (hmac.compare_digest(text(claims, "nonce").encode(), journey.nonce.encode()), "another nonce"),
        (0 < len(subject) <= _LONGEST_SUBJECT and subject.isascii(), "no sub"),
    )
    return next((problem for holds, problem in checks if not holds), "")
