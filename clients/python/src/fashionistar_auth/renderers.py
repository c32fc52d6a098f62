"""DRF renderer that makes sure no answer leaves without its envelope, whatever the view returned."""

from collections.abc import Mapping
from typing import Any

from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from fashionistar_auth.envelope import Enveloped, success_body

#: RFC 9110: these statuses have no body, and an envelope would be one.
_WITHOUT_BODY = {204, 205, 304}


class EnvelopeRenderer(JSONRenderer):
    """JSON in the envelope; a view that returned bare data gets a plain message."""

    def render(
        self,
        data: Any,  # noqa: ANN401 - DRF's signature
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """Serialise to UTF-8 JSON."""
        response = (renderer_context or {}).get("response")
        status = response.status_code if isinstance(response, Response) else 200
        if status in _WITHOUT_BODY:
            return b""
        # Failures come from `exception_handler`, which wraps them; what is bare here is a view's own data.
        body = data if isinstance(data, Enveloped) else success_body(data, message="Here is what you asked for.")
        rendered: bytes = super().render(body, accepted_media_type, renderer_context)
        return rendered
