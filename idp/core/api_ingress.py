"""Where the outside comes in: forms, queries and the JSON of `api.py` are read once, strictly, into frozen schemas.

Inside, nothing parses again. Every pydantic complaint has a sentence for a person; a test proves that none is missing.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ValidationError

from idp.core.errors import InvalidInput, Text

Model = TypeVar("Model", bound=BaseModel)

FORM = "application/x-www-form-urlencoded"

# One sentence per kind of pydantic complaint; `_sentence` falls back to the general one, and the tests list what may occur.
SENTENCES: Mapping[str, Text] = {
    "missing": _("This field is required."),
    "string_too_short": _("This is too short."),
    "string_too_long": _("This is too long."),
    # The same, said of a length that is checked behind a validator.
    "too_short": _("This is too short."),
    "too_long": _("This is too long."),
    "string_type": _("This must be text."),
    "string_pattern_mismatch": _("This is not in the expected form."),
    "extra_forbidden": _("This field is not known here."),
    "bool_type": _("This must be yes or no."),
    "int_type": _("This must be a whole number."),
    "greater_than_equal": _("This number is too small."),
    "less_than_equal": _("This number is too large."),
    "literal_error": _("This is not one of the allowed values."),
    "enum": _("This is not one of the allowed values."),
    "list_type": _("This must be a list."),
    "tuple_type": _("This must be a list."),
    "dict_type": _("This must be an object."),
    "model_type": _("This must be an object."),
    "is_instance_of": _("This is not of the expected kind."),
    "date_type": _("This is not a date; write it as 2026-12-31."),
    "date_parsing": _("This is not a date; write it as 2026-12-31."),
    "datetime_type": _("This is not a date and time; write it as 2026-12-31T12:00:00Z."),
    "datetime_parsing": _("This is not a date and time; write it as 2026-12-31T12:00:00Z."),
    "uuid_type": _("This is not an identifier of ours."),
    "uuid_parsing": _("This is not an identifier of ours."),
    "value_error": _("This is not valid. Please check it."),
}
_GENERAL: Text = _("This is not valid. Please check it.")


def form(request: HttpRequest, model: type[Model]) -> Model:
    """Read a browser form into `model`; the CSRF field is dropped. Raises `InvalidInput`."""
    values = single_valued(request.POST)
    values.pop("csrfmiddlewaretoken", None)
    return parsed(values, model)


def parsed(values: object, model: type[Model]) -> Model:
    """Validate plain values; each failing field gets its sentence. Raises `InvalidInput`."""
    try:
        return model.model_validate(values)
    except ValidationError as exc:
        raise InvalidInput(fields=_by_field(exc), detail=_kinds(exc)) from exc


def single_valued(parameters: QueryDict, *, but: str | None = None) -> dict[str, str]:
    """Parameters as a plain dict, `but` one; any that was sent twice is refused (RFC 6749 §3.1). Raises `InvalidInput`."""
    given = {name: values for name, values in parameters.lists() if name != but}
    repeated = sorted(name for name, values in given.items() if len(values) > 1)
    if repeated:
        raise InvalidInput(
            _("Something was sent twice. Please go back and try again."), detail=f"repeated: {', '.join(repeated)}"
        )
    return {name: values[0] if values else "" for name, values in given.items()}


def is_form(request: HttpRequest) -> bool:
    """Whether the body is a urlencoded form, the only body OAuth endpoints take (RFC 6749 §3.2)."""
    return request.content_type == FORM


def unique_members(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object whose member names are unique. Raises ValueError."""
    members: dict[str, Any] = {}
    for name, value in pairs:
        if name in members:
            raise ValueError(f"duplicate member {name!r}")
        members[name] = value
    return members


def _by_field(exc: ValidationError) -> dict[str, list[Text]]:
    """Sentences by dotted field name; a complaint about the whole goes under `non_field_errors`."""
    fields: dict[str, list[Text]] = {}
    for error in exc.errors(include_url=False, include_input=False):
        name = ".".join(str(part) for part in error["loc"]) or "non_field_errors"
        fields.setdefault(name, []).append(_sentence(error["type"], error.get("ctx", {})))
    return fields


def _sentence(kind: str, context: Mapping[str, Any]) -> Text:
    """A validator of ours may raise ValueError with its own sentence; else the table speaks."""
    cause = context.get("error")
    if isinstance(cause, ValueError) and str(cause):
        return str(cause)
    return SENTENCES.get(kind, _GENERAL)


def _kinds(exc: ValidationError) -> str:
    """For the log: field and kind, never the value (it may be a secret)."""
    return "; ".join(f"{'.'.join(map(str, error['loc']))}: {error['type']}" for error in exc.errors(include_input=False))
