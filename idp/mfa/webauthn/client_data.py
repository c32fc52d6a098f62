"""What the browser says about the page it asked on (WebAuthn L3 §5.8.1): the part of an answer that no page can forge.

The library reads this JSON with the last of two members winning and ignores frames; here both are refused.
"""

import json

from pydantic import BaseModel, ConfigDict, ValidationError

from idp.core.api_ingress import unique_members
from idp.core.specs import implements
from idp.mfa.webauthn.errors import PasskeyRefused
from idp.mfa.webauthn.origins import allowed_origins
from idp.mfa.webauthn.schemas import from_base64url
from idp.mfa.webauthn.types import Ceremony

_TYPES = {Ceremony.REGISTER: "webauthn.create", Ceremony.AUTHENTICATE: "webauthn.get"}


class _ClientData(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")

    type: str
    challenge: str
    origin: str
    crossOrigin: bool = False  # noqa: N815 - the specification's own name
    topOrigin: str | None = None  # noqa: N815 - the same


@implements("WebAuthn L3", "7.2")
def challenge_of(client_data: bytes, *, ceremony: Ceremony) -> bytes:
    """The challenge that was signed, once type, page and frame are right. Raises `PasskeyRefused`."""
    said = _read(client_data)
    if said.type != _TYPES[ceremony]:
        raise PasskeyRefused(detail=f"client data of type {said.type[:40]!r}")
    if said.origin not in allowed_origins():
        raise PasskeyRefused(detail=f"client data of origin {said.origin[:200]!r}")
    # Our pages are never framed (CSP frame-ancestors), so whoever asks from inside a frame is not our page.
    if said.crossOrigin or said.topOrigin is not None:
        raise PasskeyRefused(detail="client data of a frame in another site's page")
    try:
        return from_base64url(said.challenge)
    except ValueError as exc:
        raise PasskeyRefused(detail="a challenge that is no base64url") from exc


def _read(client_data: bytes) -> _ClientData:
    """Raises `PasskeyRefused`."""
    try:
        members = json.loads(client_data.decode("utf-8"), object_pairs_hook=unique_members)
        return _ClientData.model_validate(members)
    except (ValidationError, ValueError, RecursionError) as exc:
        raise PasskeyRefused(detail=f"unreadable client data: {type(exc).__name__}") from exc
