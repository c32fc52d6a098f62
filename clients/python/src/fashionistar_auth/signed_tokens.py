"""From a signed JWT to what it says, once a key of the provider proves it (RFC 7515, RFC 8725).

Shared by `events.verify` and `local_validation`, each of which names the kind it takes (`typ`). Pure but for the
look-up of the key. What the provider cannot have signed costs nothing: size, shape and header are judged first.
"""

import base64
import re
from collections.abc import Collection
from typing import Annotated

from joserfc import jws
from joserfc.errors import JoseError
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fashionistar_auth.provider_keys import ProviderKeys

#: Never `none`, never a secret shared by both sides (RFC 8725 section 3.1).
_ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
#: Characters; more than any token of the provider has.
_LARGEST = 16_384


class NotOurs(Exception):
    """A token that the provider did not sign as this kind. The text is for programs and logs."""


class Malformed(NotOurs):
    """No signed token, or one of another kind."""


class UnknownKey(NotOurs):
    """Signed with a key that the provider does not publish, as far as we know."""


class WrongSignature(NotOurs):
    """Not what the key's owner signed."""


class _Header(BaseModel):
    """All that a header says; `crit`, `jwk`, `jku`, `x5u` and their like are refused with whatever else is unknown."""

    model_config = ConfigDict(strict=True, extra="forbid")

    alg: str
    kid: Annotated[str, Field(max_length=255)]
    typ: str


def is_compact(token: str) -> bool:
    """Whether this has the shape of a signed token: three parts (RFC 7515 section 7.1)."""
    return _COMPACT.fullmatch(token) is not None


def signed_payload(token: str, *, types: Collection[str], keys: ProviderKeys) -> bytes:
    """What the provider signed, as it stands in the token. Raises: NotOurs, KeysUnavailable."""
    # What the token is, before a key is looked for.
    if len(token) > _LARGEST or not is_compact(token):
        raise Malformed("this is not a signed token")
    encoded = token.partition(".")[0]
    try:
        header = _Header.model_validate_json(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    except (ValidationError, ValueError) as exc:
        raise Malformed("the header of the token cannot be read") from exc
    if header.typ.lower() not in types:
        raise Malformed("this is a token of another kind")
    # Each key is for one algorithm: the token does not choose.
    if header.alg not in _ALGORITHMS:
        raise WrongSignature("the provider signs with no such algorithm")
    key = keys.find(header.kid)
    if key is None:
        raise UnknownKey("the token is not signed with a key of the provider")
    if key.alg != header.alg:
        raise WrongSignature("the key is for another algorithm")
    try:
        return jws.deserialize_compact(token, key, algorithms=[header.alg]).payload
    except (JoseError, ValueError, TypeError) as exc:
        raise WrongSignature("the signature of the token is wrong") from exc
