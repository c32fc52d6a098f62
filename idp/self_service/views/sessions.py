"""`/account/sessions`: where the person is signed in, and how to end that."""

from collections.abc import Callable, Mapping

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from idp.core.api_ingress import parsed, single_valued
from idp.core.auth_context import AuthContext
from idp.core.errors import IdpError, InvalidInput
from idp.core.http import SeeOther
from idp.login import browser_session
from idp.login.models import SsoSession
from idp.login.person_pages import for_the_person
from idp.self_service.errors import NoSuchSession
from idp.self_service.page import rendered, saved
from idp.self_service.schemas import SessionMeant
from idp.self_service.selectors import sessions_of
from idp.self_service.services.end_sessions import end_one, end_others


@for_the_person()
def sessions(request: HttpRequest, session: SsoSession) -> HttpResponse:
    """The list, with a button for each."""
    if request.method != "POST":
        return _listed(request, session)
    try:
        fields = single_valued(request.POST)
        fields.pop("csrfmiddlewaretoken", None)
        return _ACTS.get(fields.pop("act", ""), _unknown)(request, session.context, fields)
    except (InvalidInput, NoSuchSession) as refused:
        return _listed(request, session, refused)


def _end(request: HttpRequest, actor: AuthContext, fields: Mapping[str, str]) -> HttpResponse:
    sid = parsed(fields, SessionMeant).session
    end_one(actor=actor, sid=sid)
    if sid != actor.sid:
        return saved(request)
    # One's own: the browser holds nothing any more.
    browser_session.sign_out(request)
    return SeeOther("/")


def _end_others(request: HttpRequest, actor: AuthContext, _fields: Mapping[str, str]) -> HttpResponse:
    end_others(actor=actor)
    return saved(request)


def _unknown(_request: HttpRequest, _actor: AuthContext, _fields: Mapping[str, str]) -> HttpResponse:
    raise InvalidInput(detail="no such act")


_ACTS: Mapping[str, Callable[[HttpRequest, AuthContext, Mapping[str, str]], HttpResponse]] = {
    "end": _end,
    "end-others": _end_others,
}


def _listed(request: HttpRequest, session: SsoSession, refused: IdpError | None = None) -> HttpResponse:
    return rendered(
        request,
        "account/sessions.html",
        heading=_("Where you are signed in"),
        intro=_("End what you do not know, then change your password."),
        context=sessions_of(session.context).model_dump(),
        refused=refused,
        done=_("Signed out there. The applications used there lose their access at once."),
    )
