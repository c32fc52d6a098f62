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
    links = [
        {
            "label": _("Provider metadata"),
            "url": reverse("oidc:discovery"),
            "description": _("What OpenID Connect libraries read to connect an application."),
        }
    ]
    if environment.mode == "demo":
        links = [
            {
                "label": _("Demo shop"),
                "url": environment.demo_spa_origin,
                "description": _("Sign in as a shopper would."),
            },
            {
                "label": _("Demo API"),
                "url": environment.demo_api_origin,
                "description": _("The service that checks the tokens."),
            },
            *links,
        ]
    page = {
        "title": _("Fashionistar accounts"),
        "heading": _("Fashionistar accounts"),
        "intro": _("This is where Fashionistar's shops and apps sign people in. Open one of them to start."),
    }
    return render(request, "home.html", {"page": page, "client_name": "", "alert": None, "links": links})
