"""request.auth: what an accepted access token says, frozen and typed. The token itself is not kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from pydantic import JsonValue

from fashionistar_auth.schemas import IntrospectionAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenClaims:
    """Claims of one accepted token. Times are seconds since the epoch; None means the provider did not say."""

    sub: str
    client_id: str
    scopes: frozenset[str]
    audiences: frozenset[str]
    iss: str
    exp: int
    iat: int | None
    jti: str | None
    sid: str | None
    # How and when the person signed in.
    auth_time: int | None
    acr: str | None
    amr: tuple[str, ...]
    # Who the person is, as far as the granted scopes tell.
    username: str | None
    role: str | None
    roles: frozenset[str]
    is_staff: bool
    member_id: str | None
    auth_provider: str | None
    email: str | None
    email_verified: bool
    phone_number: str | None
    phone_number_verified: bool
    #: The whole answer, for claims this class does not name. Personal data: left out of repr, so out of logs.
    answer: Mapping[str, JsonValue] = field(repr=False, hash=False)

    @property
    def is_service(self) -> bool:
        """Whether a service acts for itself (client credentials): such a token has no person behind it."""
        return self.sub == self.client_id


def claims_from(answer: IntrospectionAnswer, raw: Mapping[str, JsonValue]) -> TokenClaims:
    """Turn an accepted answer into claims; `acceptance` has proved that what is required is there."""
    return TokenClaims(
        sub=answer.sub or "",
        client_id=answer.client_id or "",
        # RFC 6749 section 3.3: a space-separated list.
        scopes=frozenset((answer.scope or "").split()),
        audiences=answer.audiences,
        iss=answer.iss or "",
        exp=answer.exp or 0,
        iat=answer.iat,
        jti=answer.jti,
        sid=answer.sid,
        auth_time=answer.auth_time,
        acr=answer.acr,
        amr=tuple(answer.amr or ()),
        username=answer.username,
        role=answer.role,
        roles=frozenset([*(answer.roles or ()), *([answer.role] if answer.role else ())]),
        # Absent is no: a flag is only true when the provider says so.
        is_staff=answer.is_staff is True,
        member_id=answer.member_id,
        auth_provider=answer.auth_provider,
        email=answer.email,
        email_verified=answer.email_verified is True,
        phone_number=answer.phone_number,
        phone_number_verified=answer.phone_number_verified is True,
        answer=MappingProxyType(dict(raw)),
    )
