"""The registrations that the independent clients run with, and the keys two of them hold."""

import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joserfc.jwk import ECKey, RSAKey

REDIRECT_URI = "http://127.0.0.1:9/callback"
AFTER_LOGOUT = "http://127.0.0.1:9/bye"
SCOPE = "openid profile email offline_access orders"


@dataclass(frozen=True)
class Registered:
    """What the clients were given: a secret, and a private key for each client that signs (JWK)."""

    secret: str
    ec_key: dict[str, Any]
    rsa_key: dict[str, Any]
    file: Path


def write_registrations(folder: Path) -> Registered:
    """A file for `sync_clients`: one client for each way to authenticate."""
    secret = secrets.token_urlsafe(32)
    ec, rsa = ECKey.generate_key("P-256", {"kid": "ec-1"}), RSAKey.generate_key(2048, {"kid": "rsa-1"})
    web = {
        "redirect_uris": [REDIRECT_URI], "post_logout_redirect_uris": [AFTER_LOGOUT], "first_party": True,
        "grant_types": ["authorization_code", "refresh_token"], "scope": SCOPE,
    }  # fmt: skip
    signing = {**web, "token_endpoint_auth_method": "private_key_jwt", "client_assertion_audience": "issuer_or_token_endpoint"}
    entries = [
        {**web, "client_id": "independent-basic", "client_name": "Basic", "client_secret": secret},
        {
            **web, "client_id": "independent-post", "client_name": "Post", "client_secret": secret,
            "token_endpoint_auth_method": "client_secret_post",
        },
        {**signing, "client_id": "independent-ec", "client_name": "EC", "jwks": {"keys": [ec.as_dict(private=False)]}},
        {
            **signing, "client_id": "independent-rsa", "client_name": "RSA", "jwks": {"keys": [rsa.as_dict(private=False)]},
            "token_endpoint_auth_signing_alg": "PS256", "client_assertion_audience": "issuer",
            "id_token_signed_response_alg": "ES256",
        },
        {**web, "client_id": "independent-spa", "client_name": "SPA", "token_endpoint_auth_method": "none"},
    ]  # fmt: skip
    file = folder / "independent.json"
    file.write_text(json.dumps(entries))
    return Registered(secret=secret, ec_key=dict(ec.as_dict(private=True)), rsa_key=dict(rsa.as_dict(private=True)), file=file)
