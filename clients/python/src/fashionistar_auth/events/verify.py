"""From a body to an event we believe: kind, signature, issuer, audience, age, members, in this order (RFC 8417).

Pure but for the look-up of the key, which `signed_tokens` does.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, TypeAdapter, ValidationError

from fashionistar_auth.conf import AuthSettings
from fashionistar_auth.events.types import AccountEvent, Refused
from fashionistar_auth.events.vocabulary import name_of
from fashionistar_auth.provider_keys import ProviderKeys
from fashionistar_auth.signed_tokens import Malformed, NotOurs, signed_payload

_TYPES = ("secevent+jwt",)


class _Subject(BaseModel):
    """RFC 9493 section 3.2.4."""

    model_config = ConfigDict(strict=True)

    format: Literal["iss_sub"]
    iss: str
    sub: Annotated[str, Field(min_length=1, max_length=255)]


class _Session(BaseModel):
    model_config = ConfigDict(strict=True)

    format: Literal["opaque"]
    id: str


class _SessionOfSubject(BaseModel):
    """CAEP: a session of a user."""

    model_config = ConfigDict(strict=True)

    format: Literal["complex"]
    user: _Subject
    session: _Session


class _Claims(BaseModel):
    """RFC 8417 section 2.2. A token with `sub` or `exp` is of another kind, whatever it calls itself (section 4.6)."""

    model_config = ConfigDict(strict=True)

    iss: str
    aud: str | list[str]
    iat: int
    jti: Annotated[str, Field(min_length=1, max_length=64)]
    txn: str = ""
    toe: int
    sub: None = None
    exp: None = None
    sub_id: Annotated[_Subject | _SessionOfSubject, Field(discriminator="format")]
    events: Annotated[dict[str, dict[str, JsonValue]], Field(min_length=1, max_length=1)]


class _Members(BaseModel):
    model_config = ConfigDict(strict=True, extra="allow")

    sequence: Annotated[int, Field(ge=1)]
    account: dict[str, JsonValue]
    claims: dict[str, JsonValue] = {}


_JSON: TypeAdapter[dict[str, JsonValue]] = TypeAdapter(dict[str, JsonValue])


def verified(token: str, *, keys: ProviderKeys, settings: AuthSettings, now: float) -> AccountEvent | None:
    """The event in a token of our provider that is meant for us; None for a kind this version does not know.

    Raises: Refused, KeysUnavailable.
    """
    claims = _parsed(_signed(token, keys))
    if claims.iss != settings.issuer:
        raise Refused("invalid_issuer", "This token was issued by somebody else.")
    if settings.events_audience_or_client not in ([claims.aud] if isinstance(claims.aud, str) else claims.aud):
        raise Refused("invalid_audience", "This token is meant for another receiver.")
    # Each delivery is signed anew, so an old one was kept by somebody.
    if not -settings.leeway_seconds <= now - claims.iat <= settings.events_max_age_seconds:
        raise Refused("invalid_request", "This token was issued too long ago, or in the future.")
    return _event(claims, settings)


def _signed(token: str, keys: ProviderKeys) -> bytes:
    """The claims as JSON, once the signature is the provider's. Raises: Refused, KeysUnavailable."""
    try:
        return signed_payload(token, types=_TYPES, keys=keys)
    except Malformed as exc:
        raise Refused("invalid_request", f"It was not taken: {exc}.") from exc
    except NotOurs as exc:
        raise Refused("invalid_key", f"It was not taken: {exc}.") from exc


def _parsed(claims: bytes) -> _Claims:
    """Raises: Refused."""
    try:
        return _Claims.model_validate_json(claims)
    except ValidationError as exc:
        # Only which member: the value may be personal data.
        wrong = sorted({".".join(map(str, error["loc"])) for error in exc.errors(include_input=False)})
        raise Refused(
            "invalid_request", f"Members of the token are missing or wrong: {', '.join(wrong)[:200]}."
        ) from exc


def _event(claims: _Claims, settings: AuthSettings) -> AccountEvent | None:
    """Raises: Refused."""
    # Whom it is about.
    session = claims.sub_id.session.id if isinstance(claims.sub_id, _SessionOfSubject) else None
    subject = claims.sub_id.user if isinstance(claims.sub_id, _SessionOfSubject) else claims.sub_id
    if subject.iss != settings.issuer:
        raise Refused("invalid_issuer", "The subject belongs to another issuer.")
    # What happened.
    ((uri, raw),) = claims.events.items()
    name = name_of(uri, raw)
    if name is None:
        return None
    try:
        members = _Members.model_validate_json(_JSON.dump_json(raw))
    except ValidationError as exc:
        raise Refused("invalid_request", "Members of the event are missing or wrong.") from exc
    if (name == "user.session_revoked") != (session is not None):
        raise Refused("invalid_request", "The subject does not fit the event.")
    return AccountEvent(
        name=name, jti=claims.jti, sub=subject.sub, sid=session, sequence=members.sequence, time=claims.toe,
        txn=claims.txn, account=members.account, claims=members.claims, members=raw,
    )  # fmt: skip
