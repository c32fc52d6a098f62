"""Encryption of stored values, keyed look-up of encrypted values, and keys derived for one purpose each.

* `seal` / `unseal`: AES-256-GCM (NIST SP 800-38D). The key's id travels with the value, so keys rotate; the place the value
  belongs to (table, column, row) is authenticated with it, so a value copied into another row does not open.
* `blind_index`: HMAC-SHA256 of the normalised value, for equality look-up and uniqueness without decrypting.
* `derived_key`: HKDF-SHA256 (RFC 5869) from the look-up key; one label, one purpose.
"""

import base64
import hashlib
import hmac
import os
from collections.abc import Mapping
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from idp.core.errors import Unavailable

_VERSION = "v1"
_NONCE_BYTES = 12


class Unreadable(Unavailable):
    """A sealed value does not open: wrong row, unknown key or changed bytes. Never says which to the outside."""


def seal(plaintext: str, *, place: str) -> str:
    """Encrypt text for one place, e.g. `accounts_user.email.0190…`. Returns `v1.<key id>.<base64url>`."""
    key_id = active_key_id()
    nonce = os.urandom(_NONCE_BYTES)
    sealed = _cipher(key_id).encrypt(nonce, plaintext.encode(), _associated(key_id, place))
    return f"{_VERSION}.{key_id}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"


def unseal(sealed: str, *, place: str) -> str:
    """Decrypt what `seal` made for the same place. Raises `Unreadable`."""
    version, key_id, body = _parts(sealed)
    if version != _VERSION or key_id not in _keys():
        raise Unreadable(detail=f"sealed value of {place} names version {version!r} and key {key_id!r}")
    try:
        raw = base64.urlsafe_b64decode(body)
        return _cipher(key_id).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], _associated(key_id, place)).decode()
    except (InvalidTag, ValueError) as exc:
        raise Unreadable(detail=f"sealed value of {place} does not open") from exc


def sealing_key_id(sealed: str) -> str:
    """The id of the key a value was sealed with."""
    return _parts(sealed)[1]


def active_key_id() -> str:
    """The id of the key that new values are sealed with: the first configured one."""
    return next(iter(_keys()))


def blind_index(value: str, *, label: str) -> str:
    """64 hexadecimal characters that equal values share and that nobody without the key can compute or reverse."""
    return keyed_digest(value.encode(), label=f"blind-index:{label}").hex()


def keyed_digest(value: bytes, *, label: str) -> bytes:
    """HMAC-SHA256 (32 bytes) under the key derived for `label`."""
    inner, outer = _begun(derived_key(label))
    inner, outer = inner.copy(), outer.copy()
    inner.update(value)
    outer.update(inner.digest())
    return outer.digest()


@lru_cache(maxsize=64)
def _begun(key: bytes) -> "tuple[hashlib._Hash, hashlib._Hash]":
    """HMAC's two hashes once they have read the padded key, which is the same each time (RFC 2104 §2 and §4).

    Copied for each value: OpenSSL's own HMAC prepares the key anew, at three times the price of the rest.
    """
    block = key.ljust(hashlib.sha256().block_size, b"\0")
    return hashlib.sha256(bytes(byte ^ 0x36 for byte in block)), hashlib.sha256(bytes(byte ^ 0x5C for byte in block))


@lru_cache(maxsize=64)
def derived_key(label: str) -> bytes:
    """32 bytes for one purpose; other labels reveal nothing about it (RFC 5869)."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=label.encode()).derive(settings.IDP_LOOKUP_KEY)


def keyed_digest_with(key_id: str, value: bytes, *, label: str) -> bytes:
    """HMAC-SHA256 (32 bytes) under a key derived for `label` from one of the rotating encryption keys. Raises `Unreadable`.

    For values that must be computed again after the active key has changed: the caller stores the id of the key it used.
    """
    if key_id not in _keys():
        raise Unreadable(detail=f"key {key_id!r} is no longer configured")
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=label.encode()).derive(_keys()[key_id])
    return hmac.new(key, value, hashlib.sha256).digest()


def _keys() -> Mapping[str, bytes]:
    """Encryption keys by id, active first."""
    keys: Mapping[str, bytes] = settings.IDP_ENCRYPTION_KEYS
    return keys


def _parts(sealed: str) -> tuple[str, str, str]:
    """Version, key id and body; a key id may hold dots, the other two never do."""
    version, _, rest = sealed.partition(".")
    key_id, _, body = rest.rpartition(".")
    return version, key_id, body


def _cipher(key_id: str) -> AESGCM:
    return AESGCM(_keys()[key_id])


def _associated(key_id: str, place: str) -> bytes:
    """The key id is authenticated too, so that it cannot be swapped for another key's."""
    return f"{_VERSION}|{key_id}|{place}".encode()
