"""`/account/devices`: where the person is not asked for a second factor, and how to end that.

No fresh proof, as with sessions: to be asked more often harms nobody.
"""

from collections.abc import Callable, Mapping

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from idp.core.api_ingress import parsed, single_valued
from idp.core.auth_context import AuthContext
from idp.core.errors import IdpError, InvalidInput
from idp.login.device_cookie import digest_in
from idp.login.models import SsoSession
from idp.login.person_pages import for_the_person
from idp.self_service.errors import NoSuchDevice
from idp.self_service.page import rendered, saved
from idp.self_service.schemas import DeviceMeant
from idp.self_service.selectors import remembered_devices
from idp.self_service.services.forget_devices import forget_device, forget_every_device


@for_the_person()
def devices(request: HttpRequest, session: SsoSession) -> HttpResponse:
    """The list, with a button for each."""
    if request.method != "POST":
        return _listed(request, session)
    try:
        fields = single_valued(request.POST)
        fields.pop("csrfmiddlewaretoken", None)
        _ACTS.get(fields.pop("act", ""), _unknown)(session.context, fields)
    except (InvalidInput, NoSuchDevice) as refused:
        return _listed(request, session, refused)
    return saved(request)


def _forget(actor: AuthContext, fields: Mapping[str, str]) -> None:
    forget_device(actor=actor, device_id=parsed(fields, DeviceMeant).device)


def _forget_all(actor: AuthContext, _fields: Mapping[str, str]) -> None:
    forget_every_device(actor=actor)


def _unknown(_actor: AuthContext, _fields: Mapping[str, str]) -> None:
    raise InvalidInput(detail="no such act")


_ACTS: Mapping[str, Callable[[AuthContext, Mapping[str, str]], None]] = {"forget": _forget, "forget-all": _forget_all}


def _listed(request: HttpRequest, session: SsoSession, refused: IdpError | None = None) -> HttpResponse:
    return rendered(
        request,
        "account/devices.html",
        heading=_("Remembered devices"),
        intro=_("Browsers in which you chose not to be asked for a second step. Your password is asked for all the same."),
        context=remembered_devices(session.user_id, asking=digest_in(request)).model_dump(),
        refused=refused,
        done=_("Done. Your second step is asked for there again at the next sign-in."),
    )
