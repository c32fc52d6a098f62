"""What a browser is asked (WebAuthn L3 §5.4, §5.5), as JSON for `parseCreationOptionsFromJSON` and its sibling."""

from collections.abc import Iterable, Sequence
from typing import Any

from webauthn import generate_authentication_options, generate_registration_options
from webauthn.helpers import base64url_to_bytes, options_to_json_dict
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from idp.mfa.webauthn.models import Passkey
from idp.mfa.webauthn.origins import rp_id

Options = dict[str, Any]

# Strongest first; every authenticator makes one of them. Whatever else comes back was not offered (WebAuthn L3 §7.1 step 20).
OFFERED = (
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
)
TIMEOUT_MILLISECONDS = 300_000
_RP_NAME = "Fashionistar"
_TRANSPORTS = {transport.value for transport in AuthenticatorTransport}


def creation_options(
    *,
    challenge: bytes,
    handle: str,
    account: str,
    display_name: str,
    existing: Iterable[Passkey] = (),
    attested: bool = False,
    must_verify: bool = False,
) -> Options:
    """For a new passkey: discoverable, so that it can stand in for name and password."""
    verification = UserVerificationRequirement.REQUIRED if must_verify else UserVerificationRequirement.PREFERRED
    options = generate_registration_options(
        rp_id=rp_id(),
        rp_name=_RP_NAME,
        user_id=base64url_to_bytes(handle),
        user_name=account,
        user_display_name=display_name or account,
        challenge=challenge,
        timeout=TIMEOUT_MILLISECONDS,
        attestation=AttestationConveyancePreference.DIRECT if attested else AttestationConveyancePreference.NONE,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=verification
        ),
        # What kind of device it is, is the person's choice; only one that holds a passkey of theirs already is turned away.
        exclude_credentials=_descriptors(existing),
        supported_pub_key_algs=list(OFFERED),
    )
    return {**options_to_json_dict(options), "extensions": {"credProps": True}}


def request_options(*, challenge: bytes, keys: Sequence[Passkey], must_verify: bool) -> Options:
    """For showing a passkey: one of `keys`, or without any whichever the person has for this site."""
    verification = UserVerificationRequirement.REQUIRED if must_verify else UserVerificationRequirement.PREFERRED
    return options_to_json_dict(
        generate_authentication_options(
            rp_id=rp_id(),
            challenge=challenge,
            timeout=TIMEOUT_MILLISECONDS,
            allow_credentials=_descriptors(keys),
            user_verification=verification,
        )
    )


def _descriptors(keys: Iterable[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=base64url_to_bytes(key.credential_id),
            transports=[AuthenticatorTransport(word) for word in key.transports if word in _TRANSPORTS] or None,
        )
        for key in keys
    ]
