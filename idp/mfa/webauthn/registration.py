"""Judging a new passkey (WebAuthn L3 §7.1). The challenge was spent by the caller; whether it is new, the database says."""

import uuid

from webauthn import verify_registration_response
from webauthn.helpers.structs import (
    AuthenticatorAttestationResponse,
    CredentialDeviceType,
    PublicKeyCredentialType,
    RegistrationCredential,
)

from idp.core.specs import implements
from idp.mfa.webauthn.errors import PasskeyRefused
from idp.mfa.webauthn.options import OFFERED
from idp.mfa.webauthn.origins import allowed_origins, rp_id
from idp.mfa.webauthn.schemas import LONGEST_ID_BYTES, RegistrationAnswer, to_base64url
from idp.mfa.webauthn.types import NewKey
from idp.mfa.webauthn.vendor import FAULTS


@implements("WebAuthn L3", "7.1")
def judge_registration(answer: RegistrationAnswer, *, challenge: bytes, made_by_browser: bool = False) -> NewKey:
    """The key, if everything about it holds. Raises `PasskeyRefused`.

    One that a browser made by itself after a password (conditional create) comes without anybody touching the device.
    """
    credential = RegistrationCredential(
        id=answer.id,
        raw_id=answer.raw_id,
        type=PublicKeyCredentialType.PUBLIC_KEY,
        response=AuthenticatorAttestationResponse(
            client_data_json=answer.response.client_data, attestation_object=answer.response.attestation_object
        ),
    )
    try:
        verified = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=rp_id(),
            expected_origin=list(allowed_origins()),
            require_user_presence=not made_by_browser,
            supported_pub_key_algs=list(OFFERED),
        )
        aaguid = uuid.UUID(verified.aaguid)
    except FAULTS as exc:
        raise PasskeyRefused(detail=f"registration: {type(exc).__name__}: {exc}") from exc

    # The library looks at the id outside the signed data only, and at no length (WebAuthn L3 §7.1 step 25).
    if verified.credential_id != answer.raw_id or len(verified.credential_id) > LONGEST_ID_BYTES:
        raise PasskeyRefused(detail="the credential id is not the one that was attested, or too long")
    return NewKey(
        credential_id=to_base64url(verified.credential_id),
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
        aaguid=aaguid,
        attestation_format=str(verified.fmt.value if hasattr(verified.fmt, "value") else verified.fmt),
        attestation_object=verified.attestation_object,
        transports=tuple(dict.fromkeys(answer.response.transports)),
        backup_eligible=verified.credential_device_type is CredentialDeviceType.MULTI_DEVICE,
        backed_up=verified.credential_backed_up,
        user_verified=verified.user_verified,
    )
