"""`/account/apps`: what the person allowed applications, and how to take it back."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from idp.core.api_ingress import form
from idp.core.errors import IdpError, InvalidInput
from idp.login.models import SsoSession
from idp.login.person_pages import for_the_person
from idp.self_service.errors import NotConnected
from idp.self_service.page import rendered, saved
from idp.self_service.schemas import AppMeant
from idp.self_service.selectors import connected_apps
from idp.self_service.services.disconnect_app import disconnect_app


@for_the_person()
def apps(request: HttpRequest, session: SsoSession) -> HttpResponse:
    """The list, with a button for each."""
    if request.method != "POST":
        return _listed(request, session)
    try:
        disconnect_app(actor=session.context, client_id=form(request, AppMeant).client)
    except (InvalidInput, NotConnected) as refused:
        return _listed(request, session, refused)
    return saved(request)


def _listed(request: HttpRequest, session: SsoSession, refused: IdpError | None = None) -> HttpResponse:
    return rendered(
        request,
        "account/apps.html",
        heading=_("Connected applications"),
        intro=_("Applications of others that you allowed to use your account."),
        context=connected_apps(session.user_id).model_dump(),
        refused=refused,
        done=_("Disconnected. The application has no access to your account any more."),
    )
