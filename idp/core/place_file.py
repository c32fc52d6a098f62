"""Where on earth a network address is, from a file that the operator supplied in MaxMind's format. Never a call over the network.

The file is read, not mapped into memory: one that is overwritten in place while the provider runs would otherwise end the
process (SIGBUS). It is open as long as the process runs, so a newer file counts from the next start.
"""

import ipaddress
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import maxminddb

# What a damaged file makes its reader raise, in the tree, in a value, or in the text of a value.
_DAMAGED = (
    maxminddb.InvalidDatabaseError,
    ArithmeticError,
    LookupError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
)
# Files of other kinds (networks, proxies) are in the same format and know no place.
_KINDS = ("city", "country", "enterprise")


class PlacesUnreadable(ValueError):
    """The file is missing, is not in MaxMind's format, or is not about places; the message completes a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the file says, unchecked: an ISO 3166-1 code and an English name; "" for what it does not know."""

    country: str = ""
    city: str = ""


class PlaceFile:
    """An open file of places."""

    def __init__(self, path: Path) -> None:
        """Open it. Raises `PlacesUnreadable`."""
        try:
            self._reader = maxminddb.open_database(path, maxminddb.MODE_FILE)
            kind = self._reader.metadata().database_type.lower()
        except (*_DAMAGED, AttributeError) as exc:
            raise PlacesUnreadable("must name a readable file in MaxMind's format (.mmdb)") from exc
        if not any(word in kind for word in _KINDS):
            self.close()
            raise PlacesUnreadable("must name a file of cities or countries; this one is of another kind")

    def close(self) -> None:
        """Give the file back."""
        self._reader.close()

    def find(self, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> Found:
        """What it says of an address; nothing of one that it does not know, or where the file is damaged. Never raises."""
        try:
            record: Any = self._reader.get(address)
        except _DAMAGED:
            return Found()
        return Found(country=_text(record, "country", "iso_code"), city=_text(record, "city", "names", "en"))


def _text(record: Any, *path: str) -> str:  # noqa: ANN401 - the file says what it likes
    """The text at the end of a path of names, "" if the path ends before."""
    for name in path:
        record = record.get(name) if isinstance(record, dict) else None
    return record if isinstance(record, str) else ""
