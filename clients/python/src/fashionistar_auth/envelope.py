"""The JSON shape of every answer, the one Fashionistar's front end already reads.

success   {"success": true,  "message", "data", "meta"}
failure   {"success": false, "message", "code", "errors": {field: [..]}, "meta": {"request_id"}}
"""

from collections.abc import Mapping, Sequence

from rest_framework.response import Response

Errors = Mapping[str, Sequence[str]]


class Enveloped(dict[str, object]):
    """A body that has its envelope already; the renderer leaves it alone."""


def success_body(data: object, *, message: str, meta: Mapping[str, object] | None = None) -> Enveloped:
    """Wrap data; `message` is a sentence a person understands."""
    return Enveloped(success=True, message=message, data=data, meta=dict(meta or {}))


def failure_body(*, message: str, code: str, request_id: str, errors: Errors | None = None) -> Enveloped:
    """Describe a failure; `code` is for machines and does not change, `message` is for people."""
    listed = {field: list(sentences) for field, sentences in (errors or {}).items()}
    return Enveloped(success=False, message=message, code=code, errors=listed, meta={"request_id": request_id})


def success(data: object, *, message: str, status: int = 200, meta: Mapping[str, object] | None = None) -> Response:
    """The response a view returns."""
    return Response(success_body(data, message=message, meta=meta), status=status)


def field_errors(detail: object, path: str = "") -> dict[str, list[str]]:
    """Flatten DRF's nested validation detail into {dotted field: sentences}."""
    if isinstance(detail, Mapping):
        return _merged([(f"{path}.{key}" if path else str(key), value) for key, value in detail.items()])
    if isinstance(detail, list) and any(isinstance(item, Mapping | list) for item in detail):
        return _merged([(f"{path}.{index}" if path else str(index), value) for index, value in enumerate(detail)])
    sentences = detail if isinstance(detail, list) else [detail]
    return {path or "non_field_errors": [str(sentence) for sentence in sentences]} if sentences else {}


def _merged(pairs: Sequence[tuple[str, object]]) -> dict[str, list[str]]:
    return {field: sentences for path, value in pairs for field, sentences in field_errors(value, path).items()}
