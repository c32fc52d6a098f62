"""A file of places for tests: three networks, written in MaxMind's format."""

from pathlib import Path
from typing import Any

from mmdb_writer import MMDBWriter
from netaddr import IPSet

from idp.core import place

LAGOS, DAKAR, NOWHERE = "203.0.113.7", "2001:db8::7", "198.51.100.1"


def write_places(path: Path, *, kind: str = "GeoLite2-City", version: int = 6) -> Path:
    """Lagos in 203.0.113.0/24, Dakar in 2001:db8::/32, a country alone in 192.0.2.0/24; without Dakar in IP version 4."""
    # Neither library is typed.
    sets: Any = IPSet
    writer: Any = MMDBWriter(ip_version=version, ipv4_compatible=version == 6, database_type=kind)
    places = {
        "203.0.113.0/24": {"country": {"iso_code": "NG"}, "city": {"names": {"en": "Lagos", "fr": "Lagos (ville)"}}},
        "2001:db8::/32": {"country": {"iso_code": "SN"}, "city": {"names": {"en": "Dakar"}}},
        "192.0.2.0/24": {"country": {"iso_code": "GH"}},
    }
    for network, record in places.items():
        if version == 6 or "." in network:
            writer.insert_network(sets([network]), record)
    writer.to_db_file(str(path))
    return path


def close_places(path: Path) -> None:
    """The file that a look-up opened, which a process otherwise keeps open."""
    if place._opened.cache_info().currsize:
        place._opened(path).close()
        place._opened.cache_clear()
