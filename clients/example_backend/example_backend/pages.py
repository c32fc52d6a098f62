"""What a person sees who opens this service in a browser: a page that says what it is and how to use it."""

from pathlib import Path

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views import View

from fashionistar_auth.conf import get_settings
from fashionistar_auth.django_errors import method_not_allowed

_STYLESHEET = Path(__file__).parent / "assets" / "example.css"
#: Shown on the page; `tests/test_pages.py` checks that each exists and needs what is said here.
ENDPOINTS = (
    ("/healthz", "nothing", "Whether this service runs."),
    ("/api/me", "an access token", "What the identity provider says about your token, and your row here."),
    ("/api/orders", "scope orders", "Your demo orders."),
    ("/api/vendor/dashboard", "role vendor, staff or admin", "Figures over all demo orders."),
    ("/api/orders/large/confirm", "POST, a passkey used just now", "Confirms your largest waiting order."),
    ("/api/payouts", "a sign-in of level aal2", "Payouts of your delivered orders."),
)


class _Page(View):
    """A view whose refusals are in the envelope like everything else's."""

    http_method_names = ["get", "head"]

    def http_method_not_allowed(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:  # type: ignore[override]  # noqa: ARG002 - Django's signature
        """405 with a sentence."""
        return method_not_allowed(request, ["GET", "HEAD"])


class Home(_Page):
    """`/`"""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the page."""
        auth = get_settings()
        context = {"endpoints": ENDPOINTS, "issuer": auth.issuer, "shop": auth.cors_origins[0]}
        return render(request, "home.html", context)


class Stylesheet(_Page):
    """The one stylesheet: a file of its own, because the policy allows no inline style."""

    def get(self, request: HttpRequest) -> HttpResponse:  # noqa: ARG002 - Django's signature
        """Send the file."""
        return HttpResponse(_STYLESHEET.read_bytes(), content_type="text/css; charset=utf-8")
