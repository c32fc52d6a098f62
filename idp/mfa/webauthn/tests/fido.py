"""Plays the FIDO Alliance and a maker of security keys: certificates of their own, a signed BLOB, an attestation."""

import base64
import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from joserfc import jws
from joserfc.jwk import ECKey

SERVICE = "mds.fidoalliance.org"


@dataclass
class Issued:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def base64(self) -> str:
        return base64.b64encode(self.der).decode()


def issued(name: str, by: Issued | None = None, *, host: str = "", days: int = 3650) -> Issued:
    """A certificate: an authority where no host is named, self-signed where nobody issues it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=3650))
        .not_valid_after(now + dt.timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=not host, path_length=None), critical=True)
    )
    if host:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
    return Issued(builder.sign(by.key if by else key, hashes.SHA256()), key)


def entry(aaguid: str, *roots: Issued, statuses: Sequence[str] = ("FIDO_CERTIFIED_L1",)) -> dict[str, Any]:
    """What the BLOB says of one make."""
    return {
        "aaguid": aaguid,
        "statusReports": [{"status": status, "effectiveDate": "2024-01-01"} for status in statuses],
        "metadataStatement": {"attestationRootCertificates": [root.base64 for root in roots]},
    }


def blob(signer: Issued, *chain: Issued, entries: Sequence[dict[str, Any]] = (), next_update: str = "2999-01-01") -> bytes:
    """The BLOB as the service signs it; an entry of an older protocol is always among the others."""
    payload = {"no": 1, "nextUpdate": next_update, "entries": [{"aaid": "1234#5678", "statusReports": []}, *entries]}
    return signed(signer, *chain, payload=payload)


def signed(signer: Issued, *chain: Issued, payload: object) -> bytes:
    """Anything, signed as a BLOB is."""
    key = ECKey.import_key(signer.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    header = {"alg": "ES256", "typ": "JWT", "x5c": [item.base64 for item in (signer, *chain)]}
    registry = jws.JWSRegistry(algorithms=["ES256"])
    registry.max_header_length = 64 * 1024
    return jws.serialize_compact(header, json.dumps(payload), key, registry=registry).encode()


def attestation(*chain: Issued) -> bytes:
    """An attestation object with this chain; its signature is the library's matter, before the policy is asked."""
    statement: dict[str, Any] = {"alg": -7, "sig": b"\x30"}
    if chain:
        statement["x5c"] = [item.der for item in chain]
    return cbor2.dumps({"fmt": "packed", "attStmt": statement, "authData": bytes(37)})
