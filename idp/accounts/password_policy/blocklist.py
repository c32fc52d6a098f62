"""Passwords that attackers try first: the 30,000 most common of published breaches, and what the person is called.

The list comes with the zxcvbn package, so this works without any network.
"""

import functools
import re
import unicodedata
from collections.abc import Iterable

from idp.core.specs import implements

# Words of the service that whoever attacks it tries.
_SERVICE_WORDS = ("fashionistar", "fashionista", "password")
_SHORTEST_WORD = 3
# With less of its own a password is the word with a year or a mark behind it.
_LEAST_OF_ITS_OWN = 6
_BETWEEN_WORDS = re.compile(r"[\W_]+")


@functools.cache
def _common() -> frozenset[str]:
    """Loaded at the first use, so that processes that set no password do not carry it."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # noqa: PLC0415 - megabytes, for few

    return frozenset(FREQUENCY_LISTS["passwords"])


@implements("OWASP ASVS 5.0", "6.2.4")
def is_common(password: str) -> bool:
    """Whether it stands in the list, in whatever case."""
    return password.casefold() in _common()


@implements("OWASP ASVS 5.0", "6.2.11")
def is_about_them(password: str, words: Iterable[str]) -> bool:
    """Whether hardly anything is left of it without the names of person and service."""
    left = folded(password)
    told = [word for word in context_words(words) if word in left]
    for word in told:
        left = left.replace(word, " ")
    return bool(told) and sum(char.isalnum() for char in left) < _LEAST_OF_ITS_OWN


def context_words(told: Iterable[str]) -> list[str]:
    """Names and addresses as single words, the longest first: `Ada Obi`, `ada.obi@example.com`."""
    words = {word for text in told for word in (folded(text), *_BETWEEN_WORDS.split(folded(text)))}
    return sorted((word for word in {*words, *_SERVICE_WORDS} if len(word) >= _SHORTEST_WORD), key=len, reverse=True)


def folded(text: str) -> str:
    """For comparing alone: what is stored and hashed is never changed."""
    return unicodedata.normalize("NFKC", text).casefold()
