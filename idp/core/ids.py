"""Identifiers of rows: UUID version 7 (RFC 9562 §5.7), made here so that a row knows its id before the INSERT.

Encrypted columns are bound to the row's id, and ids that grow with time keep indexes compact.
"""

import uuid

import uuid6


def new_id() -> uuid.UUID:
    """A fresh UUIDv7 as the standard library's type, which every database driver knows."""
    return uuid.UUID(bytes=uuid6.uuid7().bytes)


def first_id(moment: int) -> uuid.UUID:
    """The smallest id that can be made at this moment, in seconds since 1970: every later one is larger."""
    return uuid.UUID(int=(moment * 1000) << 80)
