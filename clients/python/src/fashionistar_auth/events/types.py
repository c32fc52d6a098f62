"""An event as handlers see it, and the refusals of the wire."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Literal

from pydantic import JsonValue

#: RFC 8935 section 2.4.
ErrorCode = Literal[
    "invalid_request", "invalid_key", "invalid_issuer", "invalid_audience", "authentication_failed", "access_denied"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountEvent:
    """One event, verified. `account`: how the account stood right after it; `claims`: what we may know of a person."""

    name: str
    jti: str
    sub: str
    #: Set for user.session_revoked: the `sid` of tokens of that session.
    sid: str | None
    sequence: int
    #: When it happened; seconds since 1970.
    time: int
    txn: str
    account: Mapping[str, JsonValue]
    claims: Mapping[str, JsonValue]
    #: Everything the event says, these two included.
    members: Mapping[str, JsonValue]


class Refused(Exception):
    """A token that is not taken: `err` for the transmitter's program, `description` for whoever reads its log."""

    def __init__(self, err: ErrorCode, description: str, status: int = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(description)
        self.err = err
        self.description = description
        self.status = int(status)
