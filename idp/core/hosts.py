"""The Host check, after routing, so that documents which are the same for every caller need none.

Discovery, the key set and health are answered whatever the Host header says, because proxies and probes spell it in many
ways and the answer never depends on it. Everything else refuses a foreign Host (Django's ALLOWED_HOSTS).
"""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse

View = TypeVar("View", bound=Callable[..., HttpResponse])


def any_host(view: View) -> View:
    """Mark a view whose answer is byte-for-byte the same for every Host."""
    view.any_host = True  # type: ignore[attr-defined]  # read back by the middleware
    return view


class HostCheckMiddleware:
    """Refuses a foreign Host for every view that is not marked `any_host`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass through; the work is in `process_view`."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Raises DisallowedHost (answered with 400 by the boundary)."""
        if not getattr(view, "any_host", False):
            request.get_host()
