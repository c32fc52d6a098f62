"""Tokens that no verifier may believe, made from what an attacker has: public keys, and one good token to imitate.

Used for every place that verifies a JWT. Each entry is named for what is wrong with it, so that a failure can be read.
"""

import base64
import hmac
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from joserfc import jwe, jws
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

PublicKey = RSAKey | ECKey | OKPKey
_KINDS: Mapping[str, type[RSAKey] | type[ECKey] | type[OKPKey]] = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}
# Keys of nobody the verifier knows, made once: an RSA key takes a quarter of a second.
STRANGERS: Mapping[str, PublicKey] = {
    "RS256": RSAKey.generate_key(2048),
    "ES256": ECKey.generate_key("P-256"),
    "EdDSA": OKPKey.generate_key("Ed25519"),
}


@dataclass(frozen=True)
class Imitated:
    """A token that is believed, taken apart, and the public key that proves it."""

    token: str
    public_jwk: Mapping[str, Any]

    @property
    def parts(self) -> tuple[str, str, str]:
        """Header, payload and signature as they were sent."""
        header, payload, signature = self.token.split(".")
        return header, payload, signature

    @property
    def header(self) -> dict[str, Any]:
        """The header, read."""
        read: dict[str, Any] = json.loads(unb64(self.parts[0]))
        return read

    @property
    def claims(self) -> dict[str, Any]:
        """The claims, read."""
        read: dict[str, Any] = json.loads(unb64(self.parts[1]))
        return read

    @property
    def key(self) -> PublicKey:
        """The public key, as an object."""
        return _KINDS[self.public_jwk["kty"]].import_key(dict(self.public_jwk))


def b64(value: object) -> str:
    """base64url without padding, of bytes as they are and of anything else as JSON."""
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def unb64(text: str) -> bytes:
    """The bytes behind base64url without padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def hostile_tokens(good: Imitated) -> dict[str, str]:
    """Every forgery, by what is wrong with it. None is signed with the key that is trusted."""
    return dict([
        *_without_signature(good), *_with_our_key_as_secret(good), *_with_a_key_of_their_own(good), *_odd_headers(good),
        *_odd_shapes(good), *_encrypted(good), *_odd_signatures(good),
    ])  # fmt: skip


def _without_signature(good: Imitated) -> Iterator[tuple[str, str]]:
    _head, body, signature = good.parts
    for alg in ("none", "None", "NONE", "nOnE", "none ", " none", "", None):
        header = b64({**good.header, "alg": alg})
        yield f"alg {alg!r}, no signature", f"{header}.{body}."
        yield f"alg {alg!r}, a good signature", f"{header}.{body}.{signature}"
    yield "no alg", f"{b64({'kid': good.header.get('kid', '')})}.{body}.{signature}"


def _with_our_key_as_secret(good: Imitated) -> Iterator[tuple[str, str]]:
    """Whoever takes the public key for a shared secret lets everybody sign (RFC 8725 §2.1)."""
    public = dict(good.key.as_dict(private=False))
    pem, der = good.key.as_pem(private=False), good.key.as_der(private=False)
    spellings = {
        "PEM": pem, "PEM without its last line end": pem.strip(), "PEM with leading blanks": b"  \n" + pem, "DER": der,
        "JWK": json.dumps(public).encode(), "JWK without blanks": json.dumps(public, separators=(",", ":")).encode(),
        "nothing": b"", "kid": str(good.header.get("kid", "")).encode(),
    }  # fmt: skip
    for name, secret in spellings.items():
        for alg, digest in (("HS256", "sha256"), ("HS384", "sha384"), ("HS512", "sha512"), ("hs256", "sha256")):
            signed = f"{b64({**good.header, 'alg': alg})}.{good.parts[1]}"
            yield f"{alg} with our key as {name}", f"{signed}.{b64(hmac.digest(secret, signed.encode(), digest))}"


def _with_a_key_of_their_own(good: Imitated) -> Iterator[tuple[str, str]]:
    """The key, or where to find it, comes along in the header (RFC 8725 §3.10)."""
    for alg, key in STRANGERS.items():
        own = key.as_dict(private=False)
        carried: dict[str, object] = {
            "nothing": None, "jwk": own, "jku": "https://evil.example/jwks", "x5u": "https://evil.example/cert",
            "x5c": [base64.b64encode(key.as_der(private=False)).decode()],
        }  # fmt: skip
        for name, value in carried.items():
            header = {**good.header, "alg": alg, **({name: value} if value else {})}
            signed = f"{b64(header)}.{good.parts[1]}"
            signature = signed_as_it_stands({"alg": alg}, good.claims, key).rpartition(".")[2]
            yield f"{alg} by a stranger, {name} in the header, signature of other bytes", f"{signed}.{signature}"
            yield f"{alg} by a stranger, {name} in the header", signed_as_it_stands(header, good.claims, key)


def signed_as_it_stands(header: dict[str, Any], claims: object, key: PublicKey) -> str:
    """Signed over exactly this header and these claims, which joserfc's own checks might refuse to write."""
    algorithm = jws.JWSRegistry.algorithms[header["alg"]]
    signing_input = f"{b64(header)}.{b64(claims)}"
    return f"{signing_input}.{b64(algorithm.sign(signing_input.encode(), key))}"


def _odd_headers(good: Imitated) -> Iterator[tuple[str, str]]:
    _head, body, signature = good.parts
    odd: dict[str, Any] = {
        "unknown crit": {"crit": ["x-unknown"], "x-unknown": True}, "empty crit": {"crit": []},
        "crit is a text": {"crit": "exp"},
        "b64 false": {"b64": False, "crit": ["b64"]}, "b64 false, not critical": {"b64": False},
        "kid is a path": {"kid": "../../../../dev/null"}, "kid is SQL": {"kid": "' OR '1'='1' --"},
        "kid holds NUL": {"kid": "a\0b"},
        "kid is a number": {"kid": 7}, "kid is a list": {"kid": ["a"]},
        "kid is null": {"kid": None}, "kid is long": {"kid": "k" * 300},
        "typ of another kind": {"typ": "at+jwt"}, "typ of a logout token": {"typ": "logout+jwt"}, "typ is a number": {"typ": 7},
        "cty says nested": {"cty": "JWT"}, "zip": {"zip": "DEF"}, "p2c": {"p2c": 2**31, "p2s": "AAAA"},
    }  # fmt: skip
    for name, members in odd.items():
        yield name, f"{b64({**good.header, **members})}.{body}.{signature}"
    twice = json.dumps(good.header)[:-1] + ', "alg": "none"}'
    yield "alg twice", f"{b64(twice.encode())}.{body}.{signature}"
    for name, header in {
        "a list": b"[1]",
        "a number": b"7",
        "not JSON": b"{",
        "not UTF-8": b"\xff\xfe",
        "deep": b"[" * 3000,
    }.items():
        yield f"header is {name}", f"{b64(header)}.{body}.{signature}"


def _odd_shapes(good: Imitated) -> Iterator[tuple[str, str]]:
    head, body, signature = good.parts
    flattened = {"protected": head, "payload": body, "signature": signature}
    yield "JSON serialisation", json.dumps(flattened)
    yield "general JSON serialisation", json.dumps({"payload": body, "signatures": [{"protected": head, "signature": signature}]})
    yield "JSON without protection", json.dumps({"payload": body, "header": {"alg": "none"}, "signature": ""})
    yield "detached payload", f"{head}..{signature}"
    yield "two parts", f"{head}.{body}"
    yield "four parts", f"{head}.{body}.{signature}.x"
    yield "padded", f"{head}=.{body}.{signature}"
    yield "blank before", f" {good.token}"
    yield "line end after", f"{good.token}\n"
    yield "not ASCII", "\u00e4.\u00f6.\u00fc"
    yield "dots", ".."
    yield "one megabyte", good.token + "x" * 1_000_000
    yield "many dots", "." * 10_000
    nested = b64(good.token.encode())
    yield "nested", f"{b64({**good.header, 'cty': 'JWT'})}.{nested}.{signature}"


def _encrypted(good: Imitated) -> Iterator[tuple[str, str]]:
    """Where a signed token is due, an encrypted one is not opened: not even looked into (RFC 8725 §3.9)."""
    plain = json.dumps(good.claims)
    key = OctKey.import_key(b"k" * 16)
    direct = jwe.encrypt_compact({"alg": "dir", "enc": "A128GCM"}, plain, key, algorithms=["dir", "A128GCM"])
    yield "encrypted, not signed", direct
    _head, *rest = direct.split(".")
    yield (
        "JWE with a huge p2c",
        ".".join([b64({"alg": "PBES2-HS256+A128KW", "enc": "A128GCM", "p2s": "AAAA", "p2c": 2**31}), *rest]),
    )
    squeezed = zlib.compress(b"x" * 10_000_000)[2:-4]
    bomb = [b64({"alg": "dir", "enc": "A128GCM", "zip": "DEF"}), "", b64(bytes(12)), b64(squeezed), b64(bytes(16))]
    yield "JWE zip bomb", ".".join(bomb)


def _odd_signatures(good: Imitated) -> Iterator[tuple[str, str]]:
    head, body, signature = good.parts
    signed = f"{head}.{body}"
    raw = unb64(signature)
    yield "no signature", f"{signed}."
    yield "zero signature", f"{signed}.{b64(bytes(len(raw)))}"
    yield "short zero signature", f"{signed}.{b64(bytes(64))}"
    yield "cut signature", f"{signed}.{b64(raw[:-1])}"
    yield "long signature", f"{signed}.{b64(raw + bytes(1))}"
    yield "one bit changed", f"{signed}.{b64(bytes([raw[0] ^ 1]) + raw[1:])}"
    yield "changed claims", f"{head}.{b64({**good.claims, 'sub': 'somebody-else'})}.{signature}"
    yield "DER in place of r and s", f"{signed}.{b64(bytes.fromhex('3006020100020100'))}"
    for alg in ("RS256", "PS256", "ES256", "EdDSA", "RS384", "ES384", "RS1"):
        if alg != good.header["alg"]:
            yield f"relabelled {alg}", f"{b64({**good.header, 'alg': alg})}.{body}.{signature}"


# --- Mutations ----------------------------------------------------------------------------------------------------------
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def mutations(names: tuple[str, ...]) -> st.SearchStrategy[dict[str, Any]]:
    """Members to lay over a header or a set of claims: some of these names, some others, with any JSON value."""
    return st.dictionaries(st.sampled_from(names) | st.text(min_size=1, max_size=8), _JSON, min_size=1, max_size=3)
