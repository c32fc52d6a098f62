"""What a person reads of the place of a session: `Lagos, Nigeria`, in their language."""

from babel import Locale
from django.utils.translation import get_language, to_locale

from idp.core.place import Place


def place_label(text: str | None) -> str:
    """City and country of a stored place (`Place.text`); "" for none. A country the language has no name for stays a code."""
    if not text:
        return ""
    place = Place.of_text(text)
    names = Locale.parse(to_locale(get_language() or "en")).territories
    country = str(names.get(place.country, place.country))
    return f"{place.city}, {country}" if place.city else country
