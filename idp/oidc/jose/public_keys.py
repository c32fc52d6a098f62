"""Public keys of others: which may stand in a JWK Set that a client gives us, and which one proves a token (RFC 7517 §5)."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.util import urlsafe_b64decode

from idp.core.specs import implements
from idp.oidc.jose.received import NotAcceptable, PublicKey

# What others may sign with, and the key each takes: its type, and its curve where the type has several.
ALGORITHMS: Mapping[str, tuple[str, str]] = {
    "RS256": ("RSA", ""),
    "PS256": ("RSA", ""),
    "ES256": ("EC", "P-256"),
    "EdDSA": ("OKP", "Ed25519"),
}
_KINDS: Mapping[str, type[PublicKey]] = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}
_CURVES = {"EC": ("P-256", "P-384", "P-521"), "OKP": ("Ed25519", "X25519")}
# RFC 7517 §9.3 and RFC 7518: members of a key that only its owner may know.
_PRIVATE_PARTS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
# Bits. Below, a modulus can be factored; above either limit, one signature would cost us seconds.
_SMALLEST_MODULUS, _LARGEST_MODULUS, _LARGEST_EXPONENT = 2048, 8192, 32
_MOST_KEYS = 50


@implements("RFC 7517", "5")
def find_problems(key_set: object) -> Iterator[str]:
    """A sentence for each reason not to register this JWK Set: its shape, a secret in it, a weak or a nameless key."""
    keys = key_set.get("keys") if isinstance(key_set, dict) else None
    if not isinstance(keys, list) or not keys or len(keys) > _MOST_KEYS or not all(isinstance(key, dict) for key in keys):
        yield f"write a JWK Set: an object with a list named keys, of 1 to {_MOST_KEYS} keys"
        return
    for position, key in enumerate(keys, start=1):
        if problem := _problem_of(key):
            yield f"key {position} {problem}"
    names = [key.get("kid") for key in keys]
    if len(keys) > 1 and (not all(isinstance(name, str) and name for name in names) or len(set(map(str, names))) < len(names)):
        yield "give every key a kid of its own"


@implements("RFC 7517", "9.3")
def _problem_of(key: Mapping[str, Any]) -> str:
    """The rest of a sentence that begins with the key; "" for a key that may be used."""
    if _PRIVATE_PARTS & key.keys():
        return "is a private key; give the public half only"
    kind = key.get("kty")
    if not isinstance(kind, str) or kind not in _KINDS:
        return f"is of a type that is not supported; use one of {', '.join(_KINDS)}"
    if kind in _CURVES and key.get("crv") not in _CURVES[kind]:
        return f"is on a curve that is not supported; use one of {', '.join(_CURVES[kind])}"
    try:
        # The size first: importing an absurd key is work in itself.
        if kind == "RSA" and (weakness := _weakness_of(key)):
            return weakness
        _KINDS[kind].import_key(dict(key))
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):
        return "cannot be read"
    return ""


def _weakness_of(rsa: Mapping[str, Any]) -> str:
    """The same rest of a sentence, about the numbers of an RSA key. Raises ValueError, KeyError, AttributeError."""
    modulus, exponent = (int.from_bytes(urlsafe_b64decode(rsa[name].encode())).bit_length() for name in ("n", "e"))
    if not _SMALLEST_MODULUS <= modulus <= _LARGEST_MODULUS:
        return f"has {modulus} bits; use {_SMALLEST_MODULUS} to {_LARGEST_MODULUS}"
    return "has an absurd exponent" if exponent > _LARGEST_EXPONENT else ""


def usable(key_set: object) -> tuple[Mapping[str, Any], ...]:
    """The keys of a fetched set that may be used; what we cannot use is left aside, as RFC 7517 §5 asks."""
    keys = key_set.get("keys") if isinstance(key_set, dict) else None
    found = [key for key in keys if isinstance(key, dict)] if isinstance(keys, list) else []
    return tuple(key for key in found[:_MOST_KEYS] if not _problem_of(key))


@implements("RFC 7518", "3.3")
def signs_with(key: Mapping[str, Any], algorithm: str) -> bool:
    """Whether a key is for signatures with this algorithm, by its type and by what it says of itself (RFC 7517 §4)."""
    kind, curve = ALGORITHMS[algorithm]
    operations = key.get("key_ops", ["verify"])
    return (
        (key.get("kty"), key.get("crv") if curve else "") == (kind, curve)
        and key.get("use", "sig") == "sig"
        and key.get("alg", algorithm) == algorithm
        and isinstance(operations, list)
        and "verify" in operations
    )


@implements("OIDC Core", "10.1")
def key_for(keys: Iterable[Mapping[str, Any]], *, algorithm: str, kid: str | None) -> PublicKey | None:
    """The one key a token names, or the only one that fits when it names none; None when that is no key or several."""
    fitting = [key for key in keys if signs_with(key, algorithm) and (kid is None or key.get("kid") == kid)]
    if len(fitting) != 1:
        return None
    try:
        return _KINDS[str(fitting[0]["kty"])].import_key(dict(fitting[0]))
    except (JoseError, ValueError, TypeError, KeyError) as exc:
        raise NotAcceptable(f"the key cannot be read: {type(exc).__name__}") from exc
