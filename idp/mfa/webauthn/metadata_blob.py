"""The FIDO Metadata BLOB (MDS3): what is known of each make of authenticator, signed by the FIDO Alliance. Pure.

The operator downloads it, so that no request of ours waits for anybody; here it is believed only if the signature leads to the
operator's root certificate, was made by the service itself, and the statement has not run out (FIDO MDS3 §3.2).
"""

import base64
import binascii
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey
from pydantic import BaseModel, Field, ValidationError
from webauthn.helpers import validate_certificate_chain
from webauthn.helpers.exceptions import InvalidCertificateChain

from idp.core.specs import implements

# The root of the BLOB is a public one, under which half the web is certified: only this name speaks for the service.
_SIGNER = "mds.fidoalliance.org"
_KEYS: dict[str, type[RSAKey] | type[ECKey]] = {"RS256": RSAKey, "ES256": ECKey}
_PEM_LINE = 64


class BlobRefused(Exception):
    """The file is not a metadata BLOB that can be believed today; the text says why, for the operator's log."""


@dataclass(frozen=True, slots=True)
class Make:
    """Of one AAGUID: every status that was ever reported, and the certificates its attestation leads to (DER)."""

    statuses: frozenset[str]
    roots: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Metadata:
    """A BLOB that was believed: its makes, and the day by which a newer one is due."""

    makes: Mapping[uuid.UUID, Make]
    next_update: date


class _StatusReport(BaseModel):
    status: str


class _Statement(BaseModel):
    roots: list[str] = Field(default=[], alias="attestationRootCertificates")


class _Entry(BaseModel):
    aaguid: uuid.UUID | None = None
    reports: list[_StatusReport] = Field(alias="statusReports")
    statement: _Statement = Field(default_factory=_Statement, alias="metadataStatement")


class _Payload(BaseModel):
    next_update: date = Field(alias="nextUpdate")
    entries: list[_Entry]


class _Header(BaseModel):
    alg: str
    x5c: list[str] = Field(min_length=1)


class _Registry(jws.JWSRegistry):
    """The library's limits are for tokens; the BLOB holds every authenticator there is, and its header a chain."""

    max_header_length = 64 * 1024
    max_payload_length = 64 * 1024 * 1024


@implements("FIDO MDS3", "3.2")
def read_blob(text: bytes, *, root_pem: bytes) -> Metadata:
    """The metadata of a compact JWS, its chain and signature verified. Raises: BlobRefused."""
    try:
        unverified = jws.extract_compact(text.strip(), registry=_Registry(algorithms=list(_KEYS)))
        header = _Header.model_validate(unverified.headers())
        chain = [base64.b64decode(certificate, validate=True) for certificate in header.x5c]
        signer = _signer(chain, root_pem=root_pem)
        spki = signer.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        key = _KEYS[header.alg].import_key(spki)
        verified = jws.deserialize_compact(text.strip(), key, registry=_Registry(algorithms=[header.alg]))
        payload = _Payload.model_validate_json(verified.payload)
        return Metadata(makes=dict(_makes(payload.entries)), next_update=payload.next_update)
    except (JoseError, ValidationError, InvalidCertificateChain, KeyError, ValueError) as refused:
        raise BlobRefused(f"{type(refused).__name__}: {refused}") from refused


def _signer(chain: Sequence[bytes], *, root_pem: bytes) -> x509.Certificate:
    """The certificate that signed, after its chain led to the operator's root. Raises: BlobRefused, InvalidCertificateChain."""
    validate_certificate_chain(x5c=list(chain), pem_root_certs_bytes=[root_pem])
    signer = x509.load_der_x509_certificate(chain[0])
    try:
        names = signer.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        raise BlobRefused("the signing certificate names no host") from None
    if _SIGNER not in names.get_values_for_type(x509.DNSName):
        raise BlobRefused(f"the signing certificate is not that of {_SIGNER}")
    return signer


def _makes(entries: Sequence[_Entry]) -> list[tuple[uuid.UUID, Make]]:
    """The entries of FIDO2 authenticators; those of older protocols have no AAGUID."""
    return [(entry.aaguid, _make(entry)) for entry in entries if entry.aaguid is not None]


def _make(entry: _Entry) -> Make:
    statuses = frozenset(report.status for report in entry.reports)
    return Make(statuses=statuses, roots=tuple(base64.b64decode("".join(root.split())) for root in entry.statement.roots))


def leads_to(chain: Sequence[bytes], roots: Sequence[bytes]) -> bool:
    """Whether an attestation's certificates (DER, leaf first) lead to one of a make's; no roots lead nowhere."""
    if not chain or not roots:
        # The library takes an empty list of roots for "no need to look".
        return False
    if chain[0] in roots:
        # Some makers list the attestation certificate itself (FIDO MDS3 §3.1.1).
        return True
    try:
        return validate_certificate_chain(x5c=list(chain), pem_root_certs_bytes=[_pem(root) for root in roots])
    except InvalidCertificateChain:
        return False


def _pem(der: bytes) -> bytes:
    body = binascii.b2a_base64(der, newline=False)
    lines = [body[start : start + _PEM_LINE] for start in range(0, len(body), _PEM_LINE)]
    return b"\n".join([b"-----BEGIN CERTIFICATE-----", *lines, b"-----END CERTIFICATE-----", b""])
