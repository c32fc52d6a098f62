"""Faults of the library, all of them: whatever a hostile answer makes it raise is a refusal and never a fault of ours.

It reads CBOR, ASN.1 and keys that strangers wrote, and lets through what its own parsers and `cryptography` raise.
"""

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from webauthn.helpers.exceptions import WebAuthnException

FAULTS: tuple[type[Exception], ...] = (
    WebAuthnException,
    InvalidSignature,
    UnsupportedAlgorithm,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RecursionError,
    MemoryError,
)
