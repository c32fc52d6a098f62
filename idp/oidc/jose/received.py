"""A signed JWT that somebody else made: read without belief, then verified with a key that was chosen by us (RFC 8725).

Nothing in the header decides how it is verified: the algorithm is on the caller's list, the key comes from the caller, and what
would change either (a key or an address in the header, `crit`, an unencoded payload) is refused before any cryptography.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.util import urlsafe_b64decode

from idp.core.api_ingress import unique_members
from idp.core.specs import implements

PublicKey = RSAKey | ECKey | OKPKey

_LARGEST_TOKEN = 16 * 1024
# Each of them asks for another key, another algorithm or another reading of the token than ours; `cty` announces a nested one.
_NEVER = frozenset({"jwk", "jku", "x5u", "x5c", "crit", "b64", "zip", "enc", "p2c", "p2s", "cty"})
_TEXTS = ("alg", "kid", "typ")


class NotAcceptable(Exception):
    """A token that is not believed; the text is for the log."""


@dataclass(frozen=True, slots=True)
class Received:
    """What a token says of itself. Nothing of it is proven until `verify` returned."""

    token: str
    alg: str
    kid: str | None
    # In lower case and without "application/" (RFC 7515 §4.1.9); "" when it says nothing.
    typ: str
    claims: Mapping[str, Any]


class _Registry(jws.JWSRegistry):
    """Exactly the algorithms that are asked for: joserfc's own lists know more, and warn of some that clients do use."""

    max_header_length = 2048

    def get_alg(self, name: str) -> Any:  # noqa: ANN401 - the library does not export the type
        """The algorithm, if it is on the list. Raises `NotAcceptable`."""
        if name not in (self.allowed or ()):
            raise NotAcceptable(f"algorithm {name[:20]!r}")
        return self.algorithms[name]


@implements("RFC 8725", "3.10")
def read(token: str) -> Received:
    """What a compact JWS says, if it plays no tricks. Raises `NotAcceptable`."""
    # The size first: nothing else is done with a token that is too big.
    if len(token) > _LARGEST_TOKEN:
        raise NotAcceptable("larger than any token we take")
    try:
        header_part, claims_part, _signature = token.encode("ascii").split(b".")
        header, claims = _object(header_part), _object(claims_part)
    except (ValueError, RecursionError) as exc:
        raise NotAcceptable(f"not a compact JWS: {type(exc).__name__}") from exc
    if tricks := sorted(_NEVER & header.keys()):
        raise NotAcceptable(f"the header holds {', '.join(tricks)}")
    if "alg" not in header or not all(isinstance(header[name], str) for name in _TEXTS if name in header):
        raise NotAcceptable("the header has no alg, or a member of it is not a text")
    typ = str(header.get("typ", "")).lower().removeprefix("application/")
    return Received(token=token, alg=header["alg"], kid=header.get("kid"), typ=typ, claims=claims)


@implements("RFC 8725", "3.1")
def verify(received: Received, key: PublicKey, *, algorithms: Collection[str]) -> None:
    """Believe it: signed by this key, with one of these algorithms. Raises `NotAcceptable`."""
    registry = _Registry(algorithms=algorithms, strict_check_header=False)
    try:
        jws.deserialize_compact(received.token, key, registry=registry)
    except (JoseError, ValueError, TypeError) as exc:
        raise NotAcceptable(f"{type(exc).__name__}: {exc}") from exc


def _object(part: bytes) -> dict[str, Any]:
    """A JSON object without doubled members or numbers that are none. Raises ValueError."""
    value = json.loads(urlsafe_b64decode(part), object_pairs_hook=unique_members, parse_constant=_refuse_constant)
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004 - to the caller all of this is one kind of malformed
    return value


@implements("RFC 8259", "6")
def _refuse_constant(text: str) -> NoReturn:
    """NaN and Infinity are no JSON, and no comparison with them fails (RFC 8259 §6)."""
    raise ValueError(text)
