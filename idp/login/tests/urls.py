"""Addresses for these tests: the real pages of the sign-in, and two of a caller that relies on it."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path

from idp.core.boundary import handler_failed, handler_refused
from idp.login.browser_session import sign_out
from idp.login.current import current_session
from idp.login.services.end_session import end_session
from idp.login.types import EndReason


def whoami(request: HttpRequest) -> HttpResponse:
    """Who this app says is signed in, by both of its doors."""
    session = current_session(request)
    user = str(request.user.pk) if request.user.is_authenticated else None
    return JsonResponse({"user": user, "sid": None if session is None else str(session.id)})


def untouched(request: HttpRequest) -> HttpResponse:
    """A page that relies on nobody."""
    return HttpResponse("hello")


def leave(request: HttpRequest) -> HttpResponse:
    """Sign out as a caller does."""
    session = current_session(request)
    if session is not None:
        end_session(sid=session.id, reason=EndReason.LOGOUT)
    sign_out(request)
    return whoami(request)


urlpatterns = [
    path("", untouched),
    path("whoami", whoami),
    path("leave", leave),
    path("", include("idp.login.urls")),
]
handler400 = handler403 = handler404 = handler_refused
handler500 = handler_failed
