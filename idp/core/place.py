"""From which place does a request come, as nearly as an operator chose to know it? Off unless they name a source.

The source is either a file (`place_file`) or what a trusted proxy says in headers of its own. It serves the account's owner, who
tells a stranger's sign-in by it, and decides nothing: an address has a place only roughly, and anybody can rent another.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Self
from urllib.parse import unquote

from django.conf import settings
from django.http import HttpRequest

from idp.core.client_address import client_address, is_from_trusted_proxy
from idp.core.place_file import PlaceFile
from idp.core.specs import implements

_COUNTRY = re.compile(r"[A-Z]{2}")
# Said by networks that do not know, or that hide it (Tor).
_NO_COUNTRY = frozenset({"XX", "T1", "A1", "A2", "AP", "EU", "O1"})
_LONGEST_HEADER = 400
_LONGEST_CITY = 80
# Beside letters. A point only before a space or at the end: nothing that a mail program makes a link of.
_BETWEEN_LETTERS = frozenset(" '’-(),")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A country as its ISO 3166-1 code, and a city where it is known ("" otherwise)."""

    country: str
    city: str = ""

    @property
    def text(self) -> str:
        """As it is stored: `NG` or `NG/Lagos`."""
        return f"{self.country}/{self.city}" if self.city else self.country

    @classmethod
    def of_text(cls, text: str) -> Self:
        """What `text` made."""
        country, _slash, city = text.partition("/")
        return cls(country=country, city=city)


@implements("OWASP ASVS 5.0", "4.1.3")
def place_of(request: HttpRequest) -> Place | None:
    """The place, or None: switched off, unknown, or said by nobody we believe. Reads a file at most. Never raises."""
    if settings.IDP_PLACE_FILE is not None:
        return _from_file(request, settings.IDP_PLACE_FILE)
    if settings.IDP_PLACE_COUNTRY_HEADER and is_from_trusted_proxy(request):
        city = settings.IDP_PLACE_CITY_HEADER
        return _cleaned(
            country=_said(request, settings.IDP_PLACE_COUNTRY_HEADER),
            city=_said(request, city) if city else "",
        )
    return None


def _from_file(request: HttpRequest, path: Path) -> Place | None:
    address = client_address(request)
    if address is None:
        return None
    found = _opened(path).find(address)
    return _cleaned(country=found.country, city=found.city)


@lru_cache(maxsize=1)
def _opened(path: Path) -> PlaceFile:
    """Kept open by each process; that it opens was seen before the start (`env_places`)."""
    return PlaceFile(path)


def _said(request: HttpRequest, header: str) -> str:
    """A header as text: WSGI hands its bytes over as Latin-1, and networks send UTF-8, or that in percent-encoding."""
    raw = str(request.headers.get(header, ""))
    if len(raw) > _LONGEST_HEADER:
        return ""
    return unquote(raw.encode("latin-1", errors="ignore").decode(errors="replace"))


def _cleaned(*, country: str, city: str) -> Place | None:
    """What may be stored and shown. Without a country there is no place; a city that is not a name is left out."""
    code = country.strip().upper()
    if not _COUNTRY.fullmatch(code) or code in _NO_COUNTRY:
        return None
    name = unicodedata.normalize("NFC", " ".join(city.split()))
    return Place(country=code, city=name if _is_name(name) else "")


def _is_name(city: str) -> bool:
    """Letters, what stands between them, and no more than a name has."""
    if len(city) > _LONGEST_CITY:
        return False
    return all(
        unicodedata.category(char)[0] in "LM" or char in _BETWEEN_LETTERS or (char == "." and after == " ")
        for char, after in zip(city, f"{city[1:]} ", strict=False)
    )
