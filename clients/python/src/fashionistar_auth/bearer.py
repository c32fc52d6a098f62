"""RFC 6750: where an access token is read from, and how a refusal is announced.

First and last stage of the journey: `read_bearer_token` opens it, `bearer_challenge` writes the WWW-Authenticate
header of every 401 and of `insufficient_scope`.
"""

import re
from collections.abc import Mapping

#: b64token of RFC 6750 section 2.1. A comma is not in it, so two header values joined by a server are refused.
_CREDENTIALS = re.compile(r"(?i:bearer) +(?P<token>[A-Za-z0-9._~+/-]+=*)")
_SCHEME = re.compile(r"(?i:bearer)(?![^\s,])")
_MAX_HEADER_LENGTH = 8192
#: RFC 6749 section 5.2 keeps quotes, backslashes and non-ASCII out of error_description.
_NOT_QUOTABLE = re.compile(r"[^\x20-\x21\x23-\x5b\x5d-\x7e]")


class MalformedCredentials(ValueError):
    """The Authorization header speaks of Bearer but does not hold exactly one well-formed token."""


def read_bearer_token(header: str) -> str | None:
    """Return the token of an Authorization header, or None when the header is absent or uses another scheme.

    Query and body are never looked at (RFC 6750 sections 2.2 and 2.3 are not supported on purpose).
    Raises: MalformedCredentials.
    """
    if not _SCHEME.match(header):
        return None
    match = _CREDENTIALS.fullmatch(header)
    if match is None or len(header) > _MAX_HEADER_LENGTH:
        raise MalformedCredentials("Authorization does not hold exactly one Bearer token")
    return match["token"]


def bearer_challenge(realm: str, params: Mapping[str, str | None] | None = None) -> str:
    """Build a Bearer challenge (RFC 6750 section 3); without params it carries no error code (section 3.1)."""
    pairs = {"realm": realm, **(params or {})}
    quoted = (f'{name}="{_NOT_QUOTABLE.sub("", value)}"' for name, value in pairs.items() if value is not None)
    return f"Bearer {', '.join(quoted)}"
