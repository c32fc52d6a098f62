"""Judging a passkey that was shown (WebAuthn L3 §7.2). Challenge, owner, handle and counter are the caller's affair."""

from webauthn import verify_authentication_response
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorAssertionResponse,
    CredentialDeviceType,
    PublicKeyCredentialType,
)

from idp.core.specs import implements
from idp.mfa.webauthn.errors import NotVerified, PasskeyRefused
from idp.mfa.webauthn.models import Passkey
from idp.mfa.webauthn.origins import allowed_origins, rp_id
from idp.mfa.webauthn.schemas import AssertionAnswer
from idp.mfa.webauthn.types import Shown
from idp.mfa.webauthn.vendor import FAULTS


@implements("WebAuthn L3", "7.2")
def judge_assertion(answer: AssertionAnswer, *, challenge: bytes, key: Passkey, must_verify: bool) -> Shown:
    """What the key said, if it was this key. Raises `PasskeyRefused`, `NotVerified`."""
    credential = AuthenticationCredential(
        id=answer.id,
        raw_id=answer.raw_id,
        type=PublicKeyCredentialType.PUBLIC_KEY,
        response=AuthenticatorAssertionResponse(
            client_data_json=answer.response.client_data,
            authenticator_data=answer.response.authenticator_data,
            signature=answer.response.signature,
            user_handle=answer.response.user_handle,
        ),
    )
    try:
        verified = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=rp_id(),
            expected_origin=list(allowed_origins()),
            credential_public_key=bytes(key.public_key),
            # The library would lock an honest person out with one counter that stood still; ours is `services/show.py`.
            credential_current_sign_count=0,
        )
    except FAULTS as exc:
        raise PasskeyRefused(detail=f"assertion: {type(exc).__name__}: {exc}") from exc

    # Whether a key can be copied is decided when it is made (WebAuthn L3 §7.2 step 18).
    if (verified.credential_device_type is CredentialDeviceType.MULTI_DEVICE) is not key.backup_eligible:
        raise PasskeyRefused(detail="the backup eligibility of the key changed")
    if must_verify and not verified.user_verified:
        raise NotVerified(detail="no user verification")
    return Shown(
        sign_count=verified.new_sign_count, backed_up=verified.credential_backed_up, user_verified=verified.user_verified
    )
