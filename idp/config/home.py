"""`/`: where a person who opens the provider's bare address lands; says what this is and where to go."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from idp.login.current import current_session


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """A page with links; to their own account for who is signed in. Demo mode has a page of its own here (`idp.demo`)."""
    metadata = _link(
        _("Provider metadata"),
        reverse("oidc:discovery"),
        _("What OpenID Connect libraries read to connect an application."),
    )
    links = [metadata]
    # Whoever is signed in finds their own pages first.
    if current_session(request) is not None:
        security = reverse("authenticators:security")
        privacy = reverse("privacy:privacy")
        links.insert(0, _link(_("Your data"), privacy, _("Take it with you, say how it is used, or delete your account.")))
        links.insert(0, _link(_("Your sign-in"), security, _("Your authenticator apps and recovery codes.")))
        links.insert(0, _link(_("Your account"), reverse("self_service:overview"), _("Password, devices, applications.")))
        links.insert(0, _link(_("Account console"), reverse("self_service:console"), _("All of it in one page.")))
    if settings.IDP_STAFF_PAGES:
        links.append(_link(_("Staff pages"), reverse("admin:index"), _("People, sessions, clients and logs, for staff.")))
    title = _("Fashionistar accounts")
    intro = _("This is where Fashionistar's shops and apps sign people in. Open one of them to start.")
    page = {"title": title, "heading": title, "intro": intro}
    return render(request, "home.html", {"page": page, "client_name": "", "alert": None, "links": links})


def _link(label: str, url: str, description: str) -> dict[str, str]:
    return {"label": label, "url": url, "description": description}
