"""How every API reads and answers: JSON, and nothing but JSON.

A body is read as strictly as a form, and never more of it than the provider reads of anything: DRF's own parser reads from
the connection, past DATA_UPLOAD_MAX_MEMORY_SIZE, and keeps the last of two members of one name.
"""

import json
from collections.abc import Iterable, Mapping
from typing import IO, Any

from django.utils.translation import gettext_lazy as _
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser, JSONParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from idp.core.api_ingress import unique_members
from idp.core.errors import InvalidInput


class StrictJSONParser(JSONParser):
    """application/json, in UTF-8 (RFC 8259 §8.1), each member once."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """The parsed value. Raises `InvalidInput`, and RequestDataTooBig for a body over the limit."""
        # Django's `body` counts; the stream does not.
        body: bytes = parser_context["request"].body if parser_context else stream.read()
        try:
            value: dict[str, Any] = json.loads(body, object_pairs_hook=unique_members, parse_constant=_refuse)
        except (ValueError, RecursionError) as exc:
            raise InvalidInput(_("That is not valid JSON. Please correct it and try again."), detail=type(exc).__name__) from exc
        return value


def _refuse(constant: str) -> None:
    """NaN and Infinity are no JSON (RFC 8259 §6). Raises ValueError."""
    raise ValueError(constant)


class AlwaysJSON(BaseContentNegotiation):
    """Answers in JSON whatever Accept says (RFC 9110 §12.4.1 lets a server do so): a refusal of the kind helps nobody."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        """The parser for the body's media type, None (415) for another."""
        sent = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == sent), None)

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """The first renderer, which is the only one."""
        only = next(iter(renderers))
        return only, only.media_type
