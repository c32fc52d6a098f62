"""The JSON shape of every `/api/*` answer: what Fashionistar's front end already reads.

`success` and `failure` make it; `Success` and `Failure` describe it in the API document.
"""

from collections.abc import Mapping
from typing import Any, Generic, Literal, TypeVar

from pydantic import Field

from idp.core.errors import IdpError, Text
from idp.core.types import Schema

Data = TypeVar("Data")


class Success(Schema, Generic[Data]):
    """The call did what it was asked."""

    success: Literal[True]
    message: str = Field(description="A sentence for the person, in their language.")
    data: Data
    meta: dict[str, Any] = Field(description="About the answer; empty unless the endpoint says otherwise.")


class FailureMeta(Schema):
    """What to quote when asking for help, and where to go on."""

    request_id: str = Field(description="Stands in our log as well.")
    action: str | None = Field(default=None, description="Where the person goes on: a path on this host, only if there is one.")


class Failure(Schema):
    """The call was refused or failed; nothing was changed."""

    success: Literal[False]
    message: str = Field(description="A sentence for the person: what happened and what to do next.")
    code: str = Field(description="For programs; stays the same when the sentence is reworded or translated.")
    errors: dict[str, list[str]] = Field(description="Sentences by field; empty unless fields are at fault.")
    meta: FailureMeta


def success(message: Text, data: Any = None, meta: Mapping[str, Any] | None = None) -> dict[str, Any]:  # noqa: ANN401 - any JSON value
    """A success body: `{"success": true, "message", "data", "meta"}`."""
    return {"success": True, "message": str(message), "data": data, "meta": dict(meta or {})}


def failure(error: IdpError, *, request_id: str) -> dict[str, Any]:
    """A failure body: `{"success": false, "message", "code", "errors": {field: [..]}, "meta": {"request_id"}}`.

    An error with a way on names its address as `meta.action`.
    """
    way_on = {} if error.action is None else {"action": error.action.url}
    return {
        "success": False,
        "message": str(error.message),
        "code": error.public_code,
        "errors": {name: [str(text) for text in texts] for name, texts in error.fields.items()},
        "meta": {"request_id": request_id, **way_on},
    }
