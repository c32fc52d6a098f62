"""`/`: where a person who opens the provider's bare address lands; says what this is and where to go."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """A page with links; in demo mode to the demo shop and its API too."""
    environment = settings.ENVIRONMENT
    demo = (
        _link(_("Demo shop"), environment.demo_spa_origin, _("Sign in as a shopper would.")),
        _link(_("Demo API"), environment.demo_api_origin, _("The service that checks the tokens.")),
    )
    metadata = _link(
        _("Provider metadata"),
        reverse("oidc:discovery"),
        _("What OpenID Connect libraries read to connect an application."),
    )
    # The demo's own addresses mean nothing anywhere else.
    links = [*demo, metadata] if environment.mode == "demo" else [metadata]
    title = _("Fashionistar accounts")
    intro = _("This is where Fashionistar's shops and apps sign people in. Open one of them to start.")
    page = {"title": title, "heading": title, "intro": intro}
    return render(request, "home.html", {"page": page, "client_name": "", "alert": None, "links": links})


def _link(label: str, url: str, description: str) -> dict[str, str]:
    return {"label": label, "url": url, "description": description}
