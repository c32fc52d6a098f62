"""What a browser answers: `PublicKeyCredential.toJSON()` (WebAuthn L3 §5.1.8), read strictly where we rely on it.

Members that we do not use are let pass: browsers add new ones.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from idp.core.api_ingress import unique_members
from idp.core.specs import implements
from idp.mfa.webauthn.errors import PasskeyRefused

# WebAuthn L3 §7.1 step 25 and §5.8.1; an attestation with its certificates is a few kilobytes.
LONGEST_ID_BYTES = 1023
LONGEST_ANSWER = 65_536
_LONGEST_CLIENT_DATA = 4096
_LONGEST_HANDLE = 64

Answer = TypeVar("Answer", bound="_Answer")


def from_base64url(value: object) -> bytes:
    """Bytes of unpadded base64url, in its one spelling. Raises ValueError."""
    if not isinstance(value, str) or not value.isascii():
        raise ValueError("not base64url")
    try:
        decoded = base64.b64decode(value + "=" * (-len(value) % 4), altchars=b"-_", validate=True)
    except binascii.Error as exc:
        raise ValueError("not base64url") from exc
    if to_base64url(decoded) != value:
        raise ValueError("not the one spelling of base64url")
    return decoded


def to_base64url(data: bytes) -> str:
    """Without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


_Bytes = Annotated[bytes, BeforeValidator(from_base64url)]
_ClientData = Annotated[bytes, BeforeValidator(from_base64url), Field(min_length=1, max_length=_LONGEST_CLIENT_DATA)]


class _Lenient(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")


class _Attestation(_Lenient):
    client_data: _ClientData = Field(alias="clientDataJSON")
    attestation_object: _Bytes = Field(alias="attestationObject")
    transports: list[Annotated[str, Field(max_length=32)]] = Field(default=[], max_length=16)


class _Assertion(_Lenient):
    client_data: _ClientData = Field(alias="clientDataJSON")
    authenticator_data: _Bytes = Field(alias="authenticatorData")
    signature: _Bytes
    user_handle: Annotated[_Bytes, Field(max_length=_LONGEST_HANDLE)] | None = Field(default=None, alias="userHandle")


@implements("WebAuthn L3", "7.1")
class _Answer(_Lenient):
    raw_id: Annotated[_Bytes, Field(min_length=1, max_length=LONGEST_ID_BYTES)] = Field(alias="rawId")
    id: str
    type: Literal["public-key"]

    @property
    def credential_id(self) -> str:
        """In base64url, as it is stored."""
        return to_base64url(self.raw_id)


class RegistrationAnswer(_Answer):
    """The answer of `navigator.credentials.create()`."""

    response: _Attestation


class AssertionAnswer(_Answer):
    """The answer of `navigator.credentials.get()`."""

    response: _Assertion


def read_members(text: str) -> Mapping[str, object]:
    """The JSON a form carries, with no member twice. Raises `PasskeyRefused`."""
    if len(text) > LONGEST_ANSWER:
        raise PasskeyRefused(detail=f"an answer of {len(text)} characters")
    try:
        members = json.loads(text, object_pairs_hook=unique_members)
    except (ValueError, RecursionError) as exc:
        raise PasskeyRefused(detail=f"not JSON: {type(exc).__name__}") from exc
    if not isinstance(members, dict):
        raise PasskeyRefused(detail="not an object")
    return members


def read_answer(members: Mapping[str, object], model: type[Answer]) -> Answer:
    """The answer, with the sizes the specification allows. Raises `PasskeyRefused`."""
    try:
        answer = model.model_validate(members)
    except ValidationError as exc:
        wrong = "; ".join(f"{'.'.join(map(str, error['loc']))}: {error['type']}" for error in exc.errors(include_input=False))
        raise PasskeyRefused(detail=f"not an answer: {wrong}") from exc
    if answer.id != answer.credential_id:
        raise PasskeyRefused(detail="id and rawId differ")
    return answer
