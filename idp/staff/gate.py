"""The one door to the staff pages: a live session of our own sign-in, read from SQL by each request, of an account that is staff.

Looking asks for `is_staff`. Changing asks for the role `super_admin` as well, acting on people's accounts for `admin` or
that one. Django's `is_superuser`, its groups and its permissions mean nothing here.
"""

from collections.abc import Callable, Collection
from functools import wraps
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from idp.accounts.models import User
from idp.accounts.roles import Role
from idp.core.auth_context import AuthContext
from idp.core.errors import Action, AuthenticationFailed, Forbidden, MethodNotAllowed
from idp.core.http import SeeOther
from idp.core.specs import implements
from idp.login.acr import ONE_FACTOR
from idp.login.current import current_session

View = Callable[..., HttpResponse]


@implements("OWASP ASVS 5.0", "8.2.1")
def staff_only(view: View, *, methods: tuple[str, ...] = ("GET", "HEAD")) -> View:
    """The view for staff, in these methods. Raises MethodNotAllowed and Forbidden; nobody signed in is sent to sign in."""

    @wraps(view)
    def gated(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.method not in methods:
            raise MethodNotAllowed(detail=str(request.method), headers={"Allow": ", ".join(methods)})
        session = current_session(request)
        # Signed in too weakly for the role is not signed in: the sign-in asks for what is missing.
        if session is None or not session.meets(ONE_FACTOR):
            return to_sign_in(request)
        if not session.user.is_staff:
            raise Forbidden(
                _("These pages are for staff, and the account you are signed in with is not. Please go back to the start page."),
                action=Action(label=_("Go to the start page"), url="/"),
            )
        return view(request, *args, **kwargs)

    return gated


def to_sign_in(request: HttpRequest, *, fresh: bool = False) -> HttpResponse:
    """To our own sign-in and back here; `fresh` asks also whoever is signed in."""
    wish = {"next": request.get_full_path(), **({"fresh": 1} if fresh else {})}
    return SeeOther(f"{reverse('login:start')}?{urlencode(wish)}")


def member_of_staff(request: HttpRequest) -> User:
    """Who is looking; behind the gate. Raises AuthenticationFailed where the gate is missing."""
    session = current_session(request)
    if session is None or not session.user.is_staff:
        raise AuthenticationFailed(detail="a staff page without its gate")
    return session.user


def sign_in_of(request: HttpRequest) -> AuthContext:
    """The sign-in behind the request, which the services judge; behind the gate. Raises AuthenticationFailed without it."""
    session = current_session(request)
    if session is None:
        raise AuthenticationFailed(detail="a staff page without its gate")
    return session.context


def may_change(user: User, roles: Collection[Role]) -> bool:
    """Whether this member of staff may do what these roles may do."""
    return user.is_staff and user.role in roles


@implements("OWASP ASVS 5.0", "8.2.1")
def changing_member(request: HttpRequest, roles: Collection[Role]) -> User:
    """Who is about to change something. Raises Forbidden for staff who may look only."""
    user = member_of_staff(request)
    if not may_change(user, roles):
        raise Forbidden(_("Your role may look at these pages, but change nothing. Please ask a super administrator to do it."))
    return user
