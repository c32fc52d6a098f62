"""People with and without an authenticator app, and browsers in which they are signed in."""

from collections.abc import Callable

import pyotp
import pytest

from idp.accounts.models import User
from idp.accounts.roles import Role
from idp.conftest import PASSWORD
from idp.core import clock
from idp.login.models import SsoSession
from idp.login.tests.browser import Browser
from idp.mfa.recovery_codes.services.regenerate import regenerate
from idp.mfa.totp.models import TotpAuthenticator
from idp.mfa.totp.services.enrol import begin_enrolment, confirm_enrolment

EMAIL = "ada@example.com"


@pytest.fixture
def ada(make_user: Callable[..., User]) -> User:
    """A shopper, who need not have a second factor."""
    return make_user(email=EMAIL)


@pytest.fixture
def vera(make_user: Callable[..., User]) -> User:
    """A vendor, who must have one."""
    return make_user(email="vera@example.com", role=Role.VENDOR)


def code_of(app: TotpAuthenticator) -> str:
    """What the app shows at this moment."""
    return pyotp.TOTP(str(app.secret)).at(clock.epoch(clock.now()))


def with_app(person: User, name: str = "Phone", acting: SsoSession | None = None) -> TotpAuthenticator:
    """Set up an app as the sign-in does, or in this session; the code of this moment is not spent."""
    sid = None if acting is None else acting.pk
    begun = begin_enrolment(user_id=person.pk, name=name)
    confirm_enrolment(user_id=person.pk, authenticator_id=begun.pk, code=code_of(begun), acting_sid=sid)
    regenerate(user_id=person.pk)
    return unspent(begun)


def unspent(app: TotpAuthenticator) -> TotpAuthenticator:
    """The app, whose code of this moment counts again."""
    TotpAuthenticator.objects.filter(pk=app.pk).update(last_step=0)
    return TotpAuthenticator.objects.get(pk=app.pk)


def signed_in(person: User, app: TotpAuthenticator | None = None, browser: Browser | None = None) -> Browser:
    """A browser in which the person went through the sign-in pages, with a code of their app if they have one."""
    browser = browser or Browser()
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
