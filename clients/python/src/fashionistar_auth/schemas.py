"""The introspection answer as it arrives on the wire (RFC 7662 section 2.2), parsed strictly.

Sits between `transport` (bytes) and `acceptance` (is it for us?). A member of the wrong JSON type makes the whole
answer malformed: `"active": "true"` or `"exp": "soon"` is a broken provider, never a yes.
"""

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError
from pydantic_core import from_json


class MalformedAnswer(ValueError):
    """The provider's answer is not an introspection answer."""


class IntrospectionAnswer(BaseModel):
    """What the provider says about one token; names are the wire names."""

    model_config = ConfigDict(frozen=True, strict=True, extra="allow")

    active: bool
    token_type: str | None = None
    client_id: str | None = None
    scope: str | None = None
    sub: str | None = None
    username: str | None = None
    iss: str | None = None
    aud: str | list[str] | None = None
    exp: int | None = None
    iat: int | None = None
    nbf: int | None = None
    jti: str | None = None
    sid: str | None = None
    # How and when the person signed in (OpenID Connect Core section 2).
    auth_time: int | None = None
    acr: str | None = None
    amr: list[str] | None = None
    # A key the token is bound to (RFC 7800): such a token is no Bearer token.
    cnf: dict[str, JsonValue] | None = None
    # Claims of the person, present only when the scope that covers them was granted.
    role: str | None = None
    roles: list[str] | None = None
    is_staff: bool | None = None
    member_id: str | None = None
    auth_provider: str | None = None
    email: str | None = None
    email_verified: bool | None = None
    phone_number: str | None = None
    phone_number_verified: bool | None = None

    @property
    def audiences(self) -> frozenset[str]:
        """`aud`, which may be one string or several (RFC 7662 section 2.2)."""
        return frozenset([self.aud] if isinstance(self.aud, str) else self.aud or ())


def parse_answer(body: bytes, **known: JsonValue) -> tuple[IntrospectionAnswer, dict[str, JsonValue]]:
    """Parse a body into the typed answer and the JSON object it came from. Raises: MalformedAnswer.

    `known`: members that stand for whatever the body says of them.
    """
    try:
        raw = from_json(body, allow_inf_nan=False)
    except ValueError:
        # What is wrong with it could quote it.
        raise MalformedAnswer("body (not JSON)") from None
    if not isinstance(raw, dict):
        raise MalformedAnswer("body (not an object)")
    raw.update(known)
    try:
        return IntrospectionAnswer.model_validate(raw), raw
    except ValidationError as exc:
        # Only which member and what is wrong with it: the value may be personal data.
        problems = {f"{'.'.join(map(str, e['loc']))} ({e['type']})" for e in exc.errors(include_input=False)}
        raise MalformedAnswer(", ".join(sorted(problems))) from None
