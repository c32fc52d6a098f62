"""`/account`: what there is to look after, a link for each."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from idp.accounts.selectors import display_name
from idp.core.errors import MethodNotAllowed
from idp.login.models import SsoSession
from idp.login.person_pages import for_the_person
from idp.self_service.page import rendered


@for_the_person()
def overview(request: HttpRequest, session: SsoSession) -> HttpResponse:
    """The links. Raises `MethodNotAllowed`: nothing is sent here."""
    if request.method == "POST":
        raise MethodNotAllowed(detail="POST", headers={"Allow": "GET, HEAD"})
    # The order in which people look for them.
    links = (
        _link(_("Account console"), "self_service:console", _("Everything in one page, where JavaScript runs.")),
        _link(_("Your names"), "self_service:profile", _("What you are called.")),
        _link(_("Your addresses"), "self_service:addresses", _("Email and phone, with which you sign in.")),
        _link(_("Password"), "self_service:password", _("Choose a new one.")),
        _link(_("Second steps"), "authenticators:security", _("What proves that it is you, beside your password.")),
        _link(_("Where you are signed in"), "self_service:sessions", _("Your devices, and how to sign them out.")),
        _link(_("Remembered devices"), "self_service:devices", _("Where your second step is not asked for.")),
        _link(_("Connected applications"), "self_service:apps", _("What you allowed applications of others.")),
        _link(_("Your data"), "privacy:privacy", _("How it is used, how you take it along, and how you delete it.")),
    )
    return rendered(
        request,
        "account/overview.html",
        heading=_("Your account"),
        intro=display_name(session.user),
        context={"links": links},
    )


def _link(label: str, name: str, description: str) -> dict[str, str]:
    return {"label": label, "url": reverse(name), "description": description}
