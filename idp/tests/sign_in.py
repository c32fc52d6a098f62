"""A session in a browser as the sign-in pages leave it, made by the services behind those pages; for tests of what comes after.

The pages, with their six requests, are walked by the tests that are about them.
"""

from collections.abc import Mapping
from importlib import import_module

from django.conf import settings
from django.http import HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.test import RequestFactory

from idp.accounts.models import User
from idp.accounts.selectors import password_mark
from idp.core.browser import BrowserCookieMiddleware, browser_key
from idp.login import browser_session
from idp.login.acr import meets, reached_acr
from idp.login.services.begin_login import new_login_uid
from idp.login.services.establish_session import Authentication, Device, establish_session
from idp.login.strength import ordinary_floor_of
from idp.login.types import Proof
from idp.mfa.standing import standing_of
from idp.mfa.totp.models import TotpAuthenticator
from idp.tests.totp_app import with_app


def session_cookies(person: User, app: TotpAuthenticator | None = None) -> Mapping[str, str]:
    """The cookies of a fresh browser in which this person gave the password, and a code of this app.

    Without an app a new one is set up where the role asks for it.
    """
    request = RequestFactory().get("/")
    request.session = import_module(settings.SESSION_ENGINE).SessionStore()
    app = app or (None if _is_password_enough(person) else with_app(person))
    proofs = (Proof.PWD,) if app is None else (Proof.PWD, Proof.OTP)
    authentication = Authentication(
        user_id=person.pk,
        proofs=proofs,
        acr=reached_acr(proofs),
        login_uid=new_login_uid(),
        password_mark=password_mark(person),
        factors=() if app is None else (app.pk,),
    )
    session = establish_session(authentication=authentication, device=Device(browser=browser_key(request)))
    browser_session.sign_in(request, session)
    request.session.save()
    # The cookies go out through the middleware that sends them to a browser.
    answer = HttpResponse()
    CsrfViewMiddleware(lambda _request: answer).process_response(request, answer)
    BrowserCookieMiddleware(lambda _request: answer)(request)
    sent = {name: morsel.value for name, morsel in answer.cookies.items()}
    return {**sent, settings.SESSION_COOKIE_NAME: str(request.session.session_key)}


def _is_password_enough(person: User) -> bool:
    return meets(reached=reached_acr((Proof.PWD,)), required=ordinary_floor_of(standing_of(person.pk)))
