"""What our codes and tokens look like: a recognisable prefix, the client's handle, 256 random bits, a keyed tag.

    fst_at_ q4n7d2ka <43 characters of randomness> <16 characters of tag>

The prefix lets secret scanners find a leaked token, the handle names its client without a look-up, and the tag lets us refuse
a forged value before any store is asked. Only the SHA-256 of the whole is ever stored.
"""

import base64
import enum
import hashlib
import hmac
import secrets

from idp.core import crypto

_RANDOM_BYTES = 32
_TAG_BYTES = 12
_TAG_LENGTH = 16
_HANDLE_LENGTH = 8


class Kind(enum.StrEnum):
    """The prefix of each kind."""

    ACCESS_TOKEN = "fst_at_"
    REFRESH_TOKEN = "fst_rt_"
    AUTHORIZATION_CODE = "fst_ac_"


def mint(kind: Kind, *, handle: str) -> str:
    """A new value of this kind for the client with this 8-character handle."""
    return shaped(kind, handle=handle, content=secrets.token_bytes(_RANDOM_BYTES))


def shaped(kind: Kind, *, handle: str, content: bytes) -> str:
    """The value of this kind that carries these 32 bytes; they must be as unguessable as random ones."""
    body = f"{kind}{handle}{base64.urlsafe_b64encode(content).decode().rstrip('=')}"
    return body + _tag(body)


def is_ours(value: str, kind: Kind) -> bool:
    """Whether we minted `value` as this kind: prefix, length and tag. Says nothing of its being live."""
    if not value.startswith(kind) or not value.isascii() or len(value) != len(kind) + _HANDLE_LENGTH + 43 + _TAG_LENGTH:
        return False
    body, tag = value[:-_TAG_LENGTH], value[-_TAG_LENGTH:]
    return hmac.compare_digest(tag, _tag(body))


def checksum(value: str) -> str:
    """SHA-256 as 64 hexadecimal characters: how a value is stored and found."""
    return hashlib.sha256(value.encode()).hexdigest()


def client_handle(client_id: str) -> str:
    """Eight lower-case characters that name a client inside its tokens."""
    digest = hashlib.sha256(client_id.encode()).digest()
    return base64.b32encode(digest[:5]).decode().lower()


def _tag(body: str) -> str:
    return base64.urlsafe_b64encode(crypto.keyed_digest(body.encode(), label="token-tag")[:_TAG_BYTES]).decode()
