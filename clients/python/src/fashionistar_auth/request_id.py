"""The reference that ties a failure a person reads to the line an operator finds in the log."""

import re
from typing import cast
from uuid import uuid4

from django.http import HttpRequest

HEADER = "X-Request-ID"
_SAFE = re.compile(r"[A-Za-z0-9._-]{8,64}")
_ATTRIBUTE = "_fashionistar_request_id"


def request_id_of(request: HttpRequest) -> str:
    """Return the id of a request: the caller's own if it is harmless text, else a new one; the same at every call."""
    known = cast("str | None", getattr(request, _ATTRIBUTE, None))
    if known is None:
        sent = request.headers.get(HEADER, "")
        known = sent if _SAFE.fullmatch(sent) else uuid4().hex
        setattr(request, _ATTRIBUTE, known)
    return known
