"""`/account/console` and below: the page of the account console, a script on the account API (`frontend/console`).

It shows nothing of the person by itself: the script reads that from the API, by the session and the page's CSRF token.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from idp.core.errors import MethodNotAllowed, NotFound
from idp.core.language import nearest_language, speak
from idp.login.addresses import ENTRANCE
from idp.login.models import SsoSession
from idp.login.person_pages import for_the_person

# As in `frontend/console/src/frame/views.ts`; a test holds the two together.
VIEWS = ("profile", "security", "addresses", "sessions", "apps", "privacy")


@for_the_person()
def console(request: HttpRequest, session: SsoSession, *, view: str = VIEWS[0]) -> HttpResponse:
    """The page, the same for every view. Raises `NotFound`, and `MethodNotAllowed`: nothing is sent here."""
    if request.method == "POST":
        raise MethodNotAllowed(detail="POST", headers={"Allow": "GET, HEAD"})
    if view not in VIEWS:
        raise NotFound(detail=f"no view {view!r}")
    # The person's own language first: the console speaks it from the first word.
    speak(nearest_language(session.user.locale))
    heading = _("Your account")
    intro = _("One moment: the page is loading. It needs JavaScript; the plain pages do the same without.")
    context = {
        "page": {"title": heading, "heading": heading, "intro": intro},
        "root": reverse("self_service:console"),
        "pages": reverse("self_service:overview"),
        "entrance": ENTRANCE,
    }
    return render(request, "account/console.html", context)
