"""The secret in the browser's cookie: 256 random bits with a keyed tag, so that no value but ours is ever looked up."""

from idp.core import crypto, tagged

_PURPOSE = "mfa.remembered-device"


def new_secret() -> str:
    """The value of a cookie, different each time."""
    return tagged.mint(_PURPOSE)


def digest_of(secret: str) -> str:
    """64 hexadecimal characters for a secret of ours; "" for anything else."""
    if not tagged.is_ours(secret, _PURPOSE):
        return ""
    return crypto.keyed_digest(secret.encode(), label=f"{_PURPOSE}.digest").hex()
