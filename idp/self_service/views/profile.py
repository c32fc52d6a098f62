"""`/account/profile`: the person's names."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from idp.accounts.schemas import Name, ProfileChange
from idp.accounts.services.update_profile import update_profile
from idp.core.api_ingress import form, parsed
from idp.core.errors import IdpError, InvalidInput
from idp.core.types import Schema
from idp.login.models import SsoSession
from idp.login.person_pages import for_the_person
from idp.self_service.page import rendered, saved, told_to_browser

_NAMES = ("given_name", "middle_name", "family_name")


class NamesForm(Schema):
    """The fields of this page; an empty one clears the name."""

    given_name: Name = ""
    middle_name: Name = ""
    family_name: Name = ""


@for_the_person()
def profile(request: HttpRequest, session: SsoSession) -> HttpResponse:
    """The form. Names prove nothing and open nothing, so no fresh proof is asked."""
    if request.method != "POST":
        return _shown(request, session)
    try:
        names = form(request, NamesForm)
    except InvalidInput as refused:
        return _shown(request, session, refused)
    update_profile(user_id=session.user_id, change=parsed(names.model_dump(), ProfileChange))
    return saved(request)


def _shown(request: HttpRequest, session: SsoSession, refused: IdpError | None = None) -> HttpResponse:
    stored = {name: str(getattr(session.user, name)) for name in _NAMES}
    typed = {name: request.POST.get(name, "")[:100] for name in _NAMES if name in request.POST}
    return rendered(
        request,
        "account/profile.html",
        heading=_("Your names"),
        intro=_("Applications you sign in to may show them."),
        context={"values": {**stored, **typed}, **told_to_browser(request, session.user)},
        refused=refused,
        done=_("Your names are saved."),
    )
