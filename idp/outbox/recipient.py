"""By what messages to one address are found again: a keyed digest, so that the table names nobody."""

from idp.core import crypto


def recipient_digest(address: str) -> str:
    """64 hexadecimal characters for a stored e-mail address or phone number, in its normalised form; "" for none."""
    return crypto.keyed_digest(address.encode(), label="outbox.recipient").hex() if address else ""
