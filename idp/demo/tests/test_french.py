"""Every screen, mail and text message in French: nothing that people read is left in English but names."""

import html
import re

import pytest
from django.utils import translation

from idp.demo.samples.gallery import find_groups, get_sample
from idp.demo.samples.sample import render_sample

SLUGS = [sample.slug for group in find_groups() for sample in group.samples]
# The same in both languages: names, and what the samples put where people and browsers say something of themselves.
SAME = frozenset(
    {
        "Fashionistar", "Code", "Ada Obi", "Aso News", "Lagos Tailor Finder", "Fashionistar demo shop", "tailor.example",
        "My laptop", "My phone", "Chrome on Android", "Safari on Mac", "Lagos, Nigeria", "Sign in as a shopper would.",
        "Chrome on Android · Lagos, Nigeria · 2026-11-28 09:30 UTC",
    }
)  # fmt: skip
_ADDRESS = re.compile(r"https?://\S+|\S+@\S+|fst_\S+")
# Codes and keys, and the codes of errors, which programs read.
_NO_WORDS = re.compile(r"[a-z]+(_[a-z]+)+|(?=\S*\d)[\w-]+|[A-Z2-7 ]{20,}")
# Words that no French sentence holds.
_ENGLISH = re.compile(r"\b(the|and|you|your|with|this|was|is|it|we|by|of|sign|please|account|password|device)\b", re.IGNORECASE)
_READ = re.compile(r">([^<]+)<|\s(?:aria-label|alt|placeholder)=\"([^\"]+)\"")


def read_out(slug: str, language: str) -> set[str]:
    """Every text that this screen shows or has read out in this language, but the gallery's own heading above a text message."""
    with translation.override(language):
        sample = get_sample(slug)
        page = re.sub(r"<(style|svg|title)\b.*?</\1>", "", render_sample(sample), flags=re.DOTALL)
        heading = str(sample.label)
    texts = {" ".join(_ADDRESS.sub("", html.unescape(shown or read)).split()) for shown, read in _READ.findall(page)}
    return {text for text in texts if re.search(r"[A-Za-z]{2}", text) and not _NO_WORDS.fullmatch(text)} - {heading} - SAME


@pytest.mark.spec("WCAG 2.2", "3.1.1")
@pytest.mark.parametrize("slug", SLUGS)
def test_nothing_of_it_is_left_in_english(slug: str) -> None:
    french = read_out(slug, "fr")
    assert sorted(french & read_out(slug, "en")) == []
    assert [text for text in sorted(french) if _ENGLISH.search(text)] == []
