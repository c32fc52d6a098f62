"""`/not-me/KEY`: the link of a notice about a new device. A GET shows a button, for mail scanners follow links; the POST acts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from idp.core.browser import browser_key
from idp.core.errors import MethodNotAllowed
from idp.core.http import SeeOther
from idp.login.addresses import forgotten_path
from idp.login.device_label import device_label
from idp.login.place_label import place_label
from idp.login.requirement import LoginRequirement
from idp.login.services.begin_login import begin_login, new_login_uid
from idp.login.services.disown_sign_in import disown_sign_in, noticed_sign_in

# Where the owner stands with the new password: what else is signed in.
_AFTERWARDS = "/account/sessions"


def not_me(request: HttpRequest, *, key: str) -> HttpResponse:
    """The page, or the way on to a new password. Raises `NoticeOver`, `MethodNotAllowed`, `Unavailable`."""
    if request.method == "POST":
        return _recovery_of(request, disown_sign_in(key=key))
    if request.method not in {"GET", "HEAD"}:
        raise MethodNotAllowed(detail=str(request.method), headers={"Allow": "GET, HEAD, POST"})
    noticed = noticed_sign_in(key=key)
    heading = _("Was this you?")
    context = {
        "page": {"title": heading, "heading": heading, "intro": ""},
        "client_name": "",
        "alert": None,
        "device": device_label(noticed.user_agent),
        "place": place_label(noticed.place),
        "at": noticed.at,
    }
    return render(request, "login/not_me.html", context)


def _recovery_of(request: HttpRequest, address: str) -> HttpResponse:
    """The page of a forgotten password, with the address in its field: who asks there is written to, and proves the mailbox."""
    requirement = LoginRequirement(uid=new_login_uid(), return_to=_AFTERWARDS, fresh=True, login_hint=address)
    begin_login(requirement=requirement, browser=browser_key(request))
    return SeeOther(forgotten_path(requirement.uid))
