"""A software authenticator: makes passkeys and signs with them, honestly or with any one thing wrong (WebAuthn L3 §6).

Knows nothing of our code. What a hostile ceremony changes is a field of `Device` or an argument of `make` and `sign`.
"""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

UP, UV, BE, BS, AT = 0x01, 0x04, 0x08, 0x10, 0x40


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def client_data(kind: str, challenge: str, origin: str, **more: object) -> bytes:
    return json.dumps({"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": False, **more}).encode()


@dataclass
class Device:
    """One authenticator with one passkey."""

    origin: str
    flags: int = UP | UV
    counter: int = 0
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    aaguid: bytes = bytes(16)
    alg: int = -7
    user_handle: str = ""
    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, options: dict[str, Any], *, raw: bytes | None = None, attestation: bytes | None = None) -> dict[str, Any]:
        """Answer `navigator.credentials.create()`; `raw` replaces the client data, `attestation` the attestation object."""
        self.user_handle = options["user"]["id"]
        said = raw or client_data("webauthn.create", options["challenge"], self.origin)
        numbers = self.private.public_key().public_numbers()
        x, y = numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")
        key = cbor2.dumps({1: 2, 3: self.alg, -1: 1, -2: x, -3: y})
        attested = self.aaguid + len(self.credential_id).to_bytes(2, "big") + self.credential_id + key
        data = self._authenticator_data(options["rp"]["id"], self.flags | AT) + attested
        statement = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        response = {"clientDataJSON": b64(said), "attestationObject": b64(attestation or statement), "transports": ["internal"]}
        return self._answer(response)

    def sign(self, options: dict[str, Any], *, raw: bytes | None = None, handle: str | None = None) -> dict[str, Any]:
        """Answer `navigator.credentials.get()`; `raw` replaces the client data, `handle` the user handle ("" leaves it out)."""
        said = raw or client_data("webauthn.get", options["challenge"], self.origin)
        data = self._authenticator_data(options["rpId"], self.flags)
        signature = self.private.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        response = {"clientDataJSON": b64(said), "authenticatorData": b64(data), "signature": b64(signature)}
        told = self.user_handle if handle is None else handle
        return self._answer({**response, **({"userHandle": told} if told else {})})

    def _authenticator_data(self, rp_id: str, flags: int) -> bytes:
        return hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + self.counter.to_bytes(4, "big")

    def _answer(self, response: dict[str, Any]) -> dict[str, Any]:
        return {"id": b64(self.credential_id), "rawId": b64(self.credential_id), "type": "public-key", "response": response}
