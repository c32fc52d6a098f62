"""People with and without an authenticator app, and browsers in which they are signed in."""

from collections.abc import Callable

import pytest

from idp.accounts.models import User
from idp.accounts.roles import Role
from idp.conftest import PASSWORD
from idp.core import clock
from idp.login.models import SsoSession
from idp.login.tests.browser import Browser
from idp.mfa.totp.models import TotpAuthenticator
from idp.tests.sign_in import session_cookies
from idp.tests.totp_app import code_of, unspent, with_app

__all__ = ["code_of", "unspent", "with_app"]

EMAIL = "ada@example.com"


@pytest.fixture
def ada(make_user: Callable[..., User]) -> User:
    """A shopper, who need not have a second factor."""
    return make_user(email=EMAIL)


@pytest.fixture
def vera(make_user: Callable[..., User]) -> User:
    """A vendor, who must have one."""
    return make_user(email="vera@example.com", role=Role.VENDOR)


def signed_in(person: User, app: TotpAuthenticator | None = None) -> Browser:
    """A fresh browser in which the person is signed in, with a code of their app if one is given."""
    browser = Browser()
    browser.cookies.load(dict(session_cookies(person, app)))
    return browser


def sign_in_again(person: User, browser: Browser, app: TotpAuthenticator | None = None) -> Browser:
    """The same browser, in which the person went through the sign-in pages once more."""
    answer = browser.sign_in(str(person.email), PASSWORD, fresh=True)
    if app is not None:
        answer = browser.send(answer.headers["Location"], {"code": code_of(unspent(app))})
    assert answer.headers["Location"] == "/whoami", answer.headers
    return browser


def session_of(person: User) -> SsoSession:
    """The one live session of this person."""
    return SsoSession.objects.get(user=person, ended_at=None)


def age(person: User, seconds: int) -> None:
    """Every sign-in of this person was so much earlier."""
    earlier = clock.now() - clock.seconds(seconds)
    SsoSession.objects.filter(user=person).update(auth_time=earlier)
