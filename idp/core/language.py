"""The language of an answer: what the application or the browser asks for, of the languages in `idp/locale`.

Programs are always told in English: an OAuth error is for a developer and holds ASCII alone, and documents such as the JWK Set
are kept by caches that need not tell languages apart.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

from idp.core.boundary import Skin, skin_of
from idp.core.http import is_for_programs
from idp.core.specs import implements


@implements("RFC 9110", "12.5.4")
class LanguageMiddleware(LocaleMiddleware):
    """Django's choice by `Accept-Language` (RFC 9110 §12.5.4), but for what programs read."""

    def process_request(self, request: HttpRequest) -> None:
        """Before it is known what answers, unless the address says that `process_view` would undo it."""
        if not is_for_programs(request):
            super().process_request(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        """Once it is known what answers."""
        if skin_of(request) is Skin.OAUTH:
            translation.activate(settings.LANGUAGE_CODE)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """`Content-Language`, and `Vary` where the language was chosen."""
        return response if skin_of(request) is Skin.OAUTH else super().process_response(request, response)


def nearest_language(tag: str) -> str:
    """Our language nearest to a BCP 47 tag, such as `fr` for `fr-CI`; "" for one that nobody translated."""
    try:
        return translation.get_supported_language_variant(tag)
    except LookupError:
        return ""


def language_of(tag: str) -> str:
    """In which language to write to somebody who wishes for `tag`: the nearest, or else the default."""
    return nearest_language(tag) or str(settings.LANGUAGE_CODE)


def speak(language: str) -> None:
    """The rest of this request is in that language; "" leaves it to the browser."""
    if language:
        translation.activate(language)
