"""Plays the provider's signing of access tokens (RFC 9068), honestly or as an attacker would; keys as for events."""

import hmac
import json
from base64 import urlsafe_b64encode
from typing import Any

from joserfc import jws
from joserfc.jwk import ECKey, OKPKey, RSAKey

from tests.provider import Provider
from tests.transmitter import KEY, Transmitter

#: Scopes whose claims all stand in a signed token.
SCOPE = "openid orders roles"
#: What introspection says and a signed token does not.
UNTOLD = {"active": None, "token_type": None, "username": None, "email": None, "email_verified": None}
#: Bytes are the secret of an HMAC.
AnyKey = RSAKey | ECKey | OKPKey | bytes


class TokenSigner:
    """The provider's keys are published; its introspection knows nothing of what is signed here, until it is told."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self.publish = Transmitter(provider).publish

    def claims(self, **changes: object) -> dict[str, object]:
        """What a person's signed token says; a change to None removes the claim."""
        return self.provider.active(**{"scope": SCOPE, **UNTOLD, **changes})

    def token(self, *, key: AnyKey = KEY, header: dict[str, Any] | None = None, **changes: object) -> str:
        """A signed token; `header` replaces members of the header, None removes one."""
        return self.sign(json.dumps(self.claims(**changes)).encode(), key=key, header=header)

    def sign(self, payload: bytes, *, key: AnyKey = KEY, header: dict[str, Any] | None = None) -> str:
        """Whatever is wanted under whatever header: the library's own encoder refuses to write what is hostile."""
        named = {"alg": "RS256", "typ": "at+jwt", "kid": "k1"} | (header or {})
        named = {name: value for name, value in named.items() if value is not None}
        said = f"{encoded(json.dumps(named).encode())}.{encoded(payload)}"
        return f"{said}.{encoded(_signature(named.get('alg', 'none'), said.encode(), key))}"

    @property
    def questions(self) -> list[str]:
        """What the provider was asked, in order: `jwks` or `introspect`."""
        return [seen.path.removeprefix("/oauth2/") for seen in self.provider.seen]


def _signature(algorithm: str, said: bytes, key: AnyKey) -> bytes:
    if isinstance(key, bytes):
        return hmac.digest(key, said, "sha256")
    return jws.JWSRegistry.algorithms[algorithm].sign(said, key) or b"none"


def encoded(part: bytes) -> str:
    """base64url without padding (RFC 7515 section 2)."""
    return urlsafe_b64encode(part).decode().rstrip("=")
