"""Random values for cookies that only we can mint: each carries a keyed tag of its purpose, so nothing else is ever adopted."""

import base64
import hmac
import secrets

from idp.core import crypto


def mint(purpose: str) -> str:
    """256 random bits and the tag that proves them ours."""
    value = secrets.token_urlsafe(32)
    return f"{value}.{_tag(value, purpose)}"


def is_ours(text: str, purpose: str) -> bool:
    """Whether we minted this for that purpose."""
    value, separator, tag = text.partition(".")
    return bool(separator) and text.isascii() and hmac.compare_digest(tag, _tag(value, purpose))


def _tag(value: str, purpose: str) -> str:
    return base64.urlsafe_b64encode(crypto.keyed_digest(value.encode(), label=purpose)[:16]).decode().rstrip("=")
