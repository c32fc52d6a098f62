"""Which makes of authenticator may be enrolled: any, except where the operator binds staff to some (WebAuthn L3 §7.1 step 24).

Customers are never asked for attestation: it tells us nothing we need, and browsers warn of it. For staff an operator may list
AAGUIDs, or lay down the FIDO metadata, or both. The ceremony asks `wants_attestation` before and `judge` after.
"""

import uuid
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from webauthn.helpers import parse_attestation_object
from webauthn.helpers.exceptions import WebAuthnException

from idp.accounts.roles import works_for_platform
from idp.core import clock
from idp.core.errors import Forbidden, Unavailable
from idp.core.specs import implements
from idp.mfa.webauthn.metadata_blob import BlobRefused, Metadata, leads_to, read_blob

# Any one of these, ever reported, is enough: a repaired successor has an AAGUID or a firmware of its own (FIDO MDS3 §3.1.4).
_BROKEN = frozenset(
    {
        "REVOKED", "USER_VERIFICATION_BYPASS", "ATTESTATION_KEY_COMPROMISE", "USER_KEY_REMOTE_COMPROMISE",
        "USER_KEY_PHYSICAL_COMPROMISE",
    }
)  # fmt: skip


class AuthenticatorRefused(Forbidden):
    """The passkey works, but this role may not use one of this make."""

    code = "authenticator_refused"
    sentence = _("This kind of passkey is not accepted for staff. Please use a security key that your administrator approved.")


class MetadataUnusable(Unavailable):
    """The operator asks for metadata and what is there cannot be believed: nobody of the staff enrols meanwhile."""

    code = "authenticator_metadata_unusable"
    sentence = _("New passkeys of staff cannot be checked right now. Please tell your administrator, and try again later.")


def wants_attestation(*, role: str) -> bool:
    """Whether the ceremony asks the authenticator to prove its make ("direct"), else "none"."""
    return works_for_platform(role) and bool(settings.IDP_PASSKEY_STAFF_AAGUIDS or settings.IDP_PASSKEY_METADATA_FILE)


@implements("WebAuthn L3", "7.1")
def judge(*, role: str, aaguid: uuid.UUID | str, attestation_format: str, attestation_object: bytes) -> None:
    """After the library verified a registration: may this role enrol it? Raises: AuthenticatorRefused, MetadataUnusable."""
    if not wants_attestation(role=role):
        return
    make = _read_aaguid(aaguid)
    # A client that withholds attestation may have written any AAGUID there.
    if attestation_format == "none":
        raise AuthenticatorRefused(detail="no attestation")
    allowed = settings.IDP_PASSKEY_STAFF_AAGUIDS
    if allowed and make not in allowed:
        raise AuthenticatorRefused(detail=f"{make} is not on the list of makes for staff")
    if settings.IDP_PASSKEY_METADATA_FILE is not None:
        _judge_by_metadata(_metadata(), make, _certificates(attestation_object))


def _judge_by_metadata(metadata: Metadata, make: uuid.UUID, chain: tuple[bytes, ...]) -> None:
    """Listed, never broken, and proven. Raises: AuthenticatorRefused."""
    known = metadata.makes.get(make)
    if known is None:
        raise AuthenticatorRefused(detail=f"{make} is not in the metadata")
    if broken := known.statuses & _BROKEN:
        raise AuthenticatorRefused(detail=f"{make} is reported: {' '.join(sorted(broken))}")
    if not leads_to(chain, known.roots):
        raise AuthenticatorRefused(detail=f"the attestation does not prove {make}")


def _read_aaguid(aaguid: uuid.UUID | str) -> uuid.UUID:
    """As a UUID. Raises: AuthenticatorRefused."""
    try:
        return aaguid if isinstance(aaguid, uuid.UUID) else uuid.UUID(aaguid)
    except ValueError as unreadable:
        raise AuthenticatorRefused(detail="unreadable AAGUID") from unreadable


def _certificates(attestation_object: bytes) -> tuple[bytes, ...]:
    """The chain of an attestation (DER, leaf first); empty where it signs with the passkey itself and proves no make."""
    try:
        return tuple(parse_attestation_object(attestation_object).att_stmt.x5c or ())
    except (WebAuthnException, KeyError, TypeError) as unreadable:
        raise AuthenticatorRefused(detail="unreadable attestation object") from unreadable


def _metadata() -> Metadata:
    """The operator's metadata, read again when a file changes. Raises: MetadataUnusable."""
    blob, root = settings.IDP_PASSKEY_METADATA_FILE, settings.IDP_PASSKEY_METADATA_ROOT_FILE
    # One without the other keeps the provider from starting.
    assert blob is not None
    assert root is not None
    try:
        metadata = _read(blob, blob.stat().st_mtime_ns, root, root.stat().st_mtime_ns)
    except (BlobRefused, OSError) as refused:
        raise MetadataUnusable(detail=f"metadata: {refused}") from refused
    if clock.now().date() > metadata.next_update:
        raise MetadataUnusable(detail=f"the metadata ran out on {metadata.next_update}")
    return metadata


@lru_cache(maxsize=1)
def _read(blob: Path, _changed: int, root: Path, _root_changed: int) -> Metadata:
    """Several megabytes: parsed once for each state of the files. Raises: BlobRefused, OSError."""
    return read_blob(blob.read_bytes(), root_pem=root.read_bytes())
