"""Clients that sign: their keys, their registrations, and the assertions they would send."""

import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from joserfc.jwk import ECKey, OKPKey, RSAKey

from idp.core import clock
from idp.oidc.registry.sync import sync_clients
from idp.oidc.tests.fixtures import read_entries
from idp.oidc.tests.hostile_jose import PublicKey as Key
from idp.oidc.tests.hostile_jose import signed_as_it_stands
from idp.tests.journey import Answer
from idp.tests.parties import post_form

ISSUER = "http://localhost:8000"
TOKEN_ENDPOINT = f"{ISSUER}/oauth2/token"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

_RSA = RSAKey.generate_key(2048, {"kid": "rsa"})
# Made once: an RSA key takes a quarter of a second.
KEYS: dict[str, Key] = {
    "RS256": _RSA,
    "PS256": _RSA,
    "ES256": ECKey.generate_key("P-256", {"kid": "ec"}),
    "EdDSA": OKPKey.generate_key("Ed25519", {"kid": "okp"}),
}


def public(*algorithms: str) -> dict[str, Any]:
    """The JWK Set of these keys."""
    return {"keys": [KEYS[algorithm].as_dict(private=False) for algorithm in algorithms]}


@dataclass(frozen=True)
class Signer:
    """A registered client and the key it holds."""

    client_id: str = "signing-web"
    algorithm: str = "ES256"
    members: dict[str, Any] = field(default_factory=dict)

    def register(self, folder: Path) -> "Signer":
        """Through the real registry."""
        entry = {
            "client_id": self.client_id, "client_name": "Signing", "token_endpoint_auth_method": "private_key_jwt",
            "redirect_uris": [f"https://{self.client_id}.example/cb"], "scope": "openid email orders", "first_party": True,
            "grant_types": ["authorization_code", "client_credentials"],
            **({} if "jwks_uri" in self.members else {"jwks": public("RS256", "ES256", "EdDSA")}), **self.members,
        }  # fmt: skip
        sync_clients(registrations=read_entries([entry], folder))
        return self

    def claims(self, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON value
        """What a good assertion says now; None leaves a claim out."""
        now = clock.epoch(clock.now())
        good = {
            "iss": self.client_id, "sub": self.client_id, "aud": ISSUER, "iat": now, "exp": now + 60,
            "jti": secrets.token_urlsafe(16), **changes,
        }  # fmt: skip
        return {name: value for name, value in good.items() if value is not None}

    def assertion(self, *, header: dict[str, Any] | None = None, key: Key | None = None, **changes: Any) -> str:  # noqa: ANN401 - of any claim
        """A signed assertion; the changes are to its claims."""
        key = key or KEYS[self.algorithm]
        fields = {"alg": self.algorithm, "kid": key.kid, **(header or {})}
        present = {name: value for name, value in fields.items() if value is not None}
        return signed_as_it_stands(present, self.claims(**changes), key)

    def present(self, assertion: str, path: str = "/oauth2/token", **form: str) -> Answer:
        """Send it as the only proof, with a request that asks for something."""
        asked = {"grant_type": "client_credentials", "token": "x", **form}
        return post_form(path, {"client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion, **asked})
