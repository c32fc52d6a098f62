"""The JSON shape of every `/api/*` answer: what Fashionistar's front end already reads."""

from collections.abc import Mapping
from typing import Any

from idp.core.errors import IdpError, Text


def success(message: Text, data: Any = None, meta: Mapping[str, Any] | None = None) -> dict[str, Any]:  # noqa: ANN401 - any JSON value
    """A success body: `{"success": true, "message", "data", "meta"}`."""
    return {"success": True, "message": str(message), "data": data, "meta": dict(meta or {})}


def failure(error: IdpError, *, request_id: str) -> dict[str, Any]:
    """A failure body: `{"success": false, "message", "code", "errors": {field: [..]}, "meta": {"request_id"}}`."""
    return {
        "success": False,
        "message": str(error.message),
        "code": error.public_code,
        "errors": {name: [str(text) for text in texts] for name, texts in error.fields.items()},
        "meta": {"request_id": request_id},
    }
