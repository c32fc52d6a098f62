"""Do not ask again on this device: what it spares, what it never spares, and everything that makes it forgotten."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.management import call_command
from pydantic import SecretStr
from pytest_django import Settings

from idp.accounts.models import User
from idp.accounts.roles import Role
from idp.accounts.services.change_password import prepared_password, store_password
from idp.accounts.services.set_active import set_active
from idp.audit.models import SecurityEvent
from idp.audit.types import Event
from idp.authenticators.tests.conftest import code_of, unspent, with_app
from idp.conftest import PASSWORD
from idp.core import clock
from idp.login.errors import LoginExpired
from idp.login.models import SsoSession
from idp.login.selectors import live_sessions
from idp.login.services.end_session import end_session, end_user_sessions
from idp.login.services.establish_session import Authentication, Device, establish_session
from idp.login.tests.browser import Browser
from idp.login.tests.passkeys import asked, sent, with_passkey
from idp.login.types import EndReason, Proof
from idp.mfa.remembered_device.models import RememberedDevice
from idp.mfa.remembered_device.secret import digest_of
from idp.mfa.standing import standing_of
from idp.mfa.totp.models import TotpAuthenticator
from idp.mfa.totp.services.manage import remove as remove_app
from idp.self_service.services.end_sessions import end_others

pytestmark = [pytest.mark.django_db, pytest.mark.spec("OWASP ASVS 5.0", "6.3.3")]

COOKIE = "idp_device"
TICKED = {"remember": "1"}


@pytest.fixture
def app(ada: User) -> TotpAuthenticator:
    return with_app(ada)


def step_after_password(browser: Browser, person: User, **wishes: str | bool) -> str:
    """The last part of the address a password leads to: a step, or `whoami` for signed in."""
    return browser.sign_in(str(person.email), PASSWORD, **wishes).headers["Location"].rpartition("/")[2]


def show_code(browser: Browser, person: User, app: TotpAuthenticator, fields: dict[str, str], **wishes: str | bool) -> None:
    """Sign in with password and code, and these fields beside it."""
    address = browser.sign_in(str(person.email), PASSWORD, **wishes).headers["Location"]
    answer = browser.send(address, {"code": code_of(unspent(app)), **fields})
    assert answer.headers["Location"] == "/whoami", answer.content


@pytest.fixture
def known(browser: Browser, ada: User, app: TotpAuthenticator) -> Browser:
    """Ada's browser, in which she ticked the box."""
    show_code(browser, ada, app, TICKED)
    return browser


# --- What it spares ---------------------------------------------------------------------------------------------------
def test_the_box_is_off_and_without_it_the_factor_is_asked_each_time(browser: Browser, ada: User, app: TotpAuthenticator) -> None:
    page = browser.page(browser.sign_in("ada@example.com", PASSWORD).headers["Location"])
    assert (page.by_id["id_remember"]["type"], "checked" in page.by_id["id_remember"]) == ("checkbox", False)
    assert "for 30 days" in page.text
    show_code(browser, ada, app, {})
    assert COOKIE not in browser.cookies
    assert step_after_password(browser, ada, fresh=True) == "authenticator-app"


def test_the_next_sign_in_asks_for_the_password_alone_and_says_so(known: Browser, ada: User) -> None:
    cookie = known.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (True, "Lax", "/", "")
    assert cookie["max-age"] == 30 * 24 * 3600
    row = RememberedDevice.objects.get()
    assert (row.user_id, row.digest, row.last_used_at) == (ada.pk, digest_of(cookie.value), None)
    assert cookie.value not in str(vars(row))

    end_session(sid=SsoSession.objects.get().pk, reason=EndReason.LOGOUT)
    assert step_after_password(known, ada) == "whoami"
    session = SsoSession.objects.get(ended_at=None)
    assert (session.acr, session.amr) == ("aal1", ["pwd"])
    assert RememberedDevice.objects.get().last_used_at is not None
    assert SecurityEvent.objects.get(event=Event.DEVICE_REMEMBERED).detail == {"days": "30"}


def test_over_https_the_cookie_is_secure_and_cannot_be_planted_by_a_sibling(
    ada: User, app: TotpAuthenticator, browser: Browser, settings: Settings
) -> None:
    settings.IDP_DEVICE_COOKIE_NAME = "__Host-idp_device"
    settings.SESSION_COOKIE_SECURE = True
    address = browser.sign_in("ada@example.com", PASSWORD).headers["Location"]
    cookie = browser.send(address, {"code": code_of(app), **TICKED}).cookies["__Host-idp_device"]
    assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")


def test_the_wish_may_be_made_beside_a_passkey(browser: Browser, ada: User) -> None:
    device = with_passkey(ada)
    address = browser.sign_in("ada@example.com", PASSWORD).headers["Location"]
    assert "id_remember" in browser.page(address).by_id
    answer = device.sign(asked(browser, address))
    assert sent(browser, address, answer, **TICKED).headers["Location"] == "/whoami"
    assert step_after_password(browser, ada, fresh=True) == "whoami"


def test_a_passkey_instead_of_a_password_remembers_nobody(browser: Browser, ada: User) -> None:
    device = with_passkey(ada)
    address = browser.begin().replace("identifier", "passkey")
    assert "id_remember" not in browser.page(address).by_id
    answer = device.sign(asked(browser, address))
    assert sent(browser, address, answer, **TICKED).headers["Location"] == "/whoami"
    assert not RememberedDevice.objects.exists()


def test_the_password_is_never_spared(known: Browser, ada: User) -> None:
    assert known.name("ada@example.com", known.begin(fresh=True)).rpartition("/")[2] == "password"
    assert known.sign_in("ada@example.com", "wrong", fresh=True).status_code == 401


# --- What it never spares ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("wish", [{"acr": "aal2"}, {"anew": True}, {"strongest": True}])
def test_whoever_asks_for_the_factor_gets_it_shown(known: Browser, ada: User, wish: dict[str, str | bool]) -> None:
    assert step_after_password(known, ada, fresh=True, **wish) == "authenticator-app"
    assert step_after_password(known, ada, fresh=True) == "whoami"


@pytest.mark.parametrize("role", [Role.VENDOR, Role.STAFF, Role.SUPER_ADMIN])
def test_nobody_whose_role_needs_the_factor_is_remembered(browser: Browser, make_user: Callable[..., User], role: Role) -> None:
    person = make_user(email="vera@example.com", role=role)
    app = with_app(person)
    address = browser.sign_in("vera@example.com", PASSWORD).headers["Location"]
    assert "id_remember" not in browser.page(address).by_id
    # Sent without being offered.
    assert browser.send(address, {"code": code_of(app), **TICKED}).headers["Location"] == "/whoami"
    assert COOKIE not in browser.cookies
    assert not RememberedDevice.objects.exists()


def test_who_comes_to_such_a_role_is_asked_at_once_and_forgotten_for_good(
    known: Browser, ada: User, app: TotpAuthenticator
) -> None:
    User.objects.filter(pk=ada.pk).update(role=Role.SUPPORT)
    assert step_after_password(known, ada, fresh=True) == "authenticator-app"
    show_code(known, ada, app, {}, fresh=True)
    assert SecurityEvent.objects.get(event=Event.DEVICE_FORGOTTEN).detail == {"reason": "role", "count": "1"}
    User.objects.filter(pk=ada.pk).update(role=Role.CLIENT)
    assert step_after_password(known, ada, fresh=True) == "authenticator-app"


def test_it_is_one_browser_and_one_person(known: Browser, ada: User, bola: User) -> None:
    with_app(bola)
    assert step_after_password(Browser(), ada) == "authenticator-app"
    assert step_after_password(known, bola, fresh=True) == "authenticator-app"


@pytest.mark.parametrize("cookie", ["", "x", "x.y", "x" * 5000, "\xff", '"'])
def test_a_cookie_that_is_not_ours_spares_nothing(known: Browser, ada: User, cookie: str) -> None:
    known.cookies[COOKIE] = cookie
    assert step_after_password(known, ada, fresh=True) == "authenticator-app"


def test_a_value_with_our_tag_that_belongs_to_no_row_spares_nothing(known: Browser, ada: User) -> None:
    kept = known.cookies[COOKIE].value
    RememberedDevice.objects.all().delete()
    known.cookies[COOKIE] = kept
    assert step_after_password(known, ada, fresh=True) == "authenticator-app"


def test_a_cookie_copied_before_the_wish_is_worth_nothing_after_it(
    known: Browser, ada: User, bola: User, app: TotpAuthenticator
) -> None:
    copied = known.cookies[COOKIE].value
    show_code(known, bola, with_app(bola), TICKED, fresh=True)
    assert known.cookies[COOKIE].value != copied
    # Both are remembered in this browser, each by a row of their own.
    assert step_after_password(known, ada, fresh=True) == "whoami"
    assert step_after_password(known, bola, fresh=True) == "whoami"
    thief = Browser()
    thief.cookies[COOKIE] = copied
    for person in (ada, bola):
        assert step_after_password(thief, person) == "authenticator-app"
    # Once more by the same person, by a sign-in that had to show the factor: still one row each.
    show_code(known, ada, app, TICKED, fresh=True, acr="aal2")
    assert RememberedDevice.objects.count() == 2


def test_a_wrong_code_remembers_nobody(browser: Browser, ada: User, app: TotpAuthenticator) -> None:
    address = browser.sign_in("ada@example.com", PASSWORD).headers["Location"]
    assert browser.send(address, {"code": "000000", **TICKED}).status_code == 401
    assert browser.send(address, {"code": code_of(app), "remember": "yes"}).status_code == 400
    assert not RememberedDevice.objects.exists()


def test_a_device_that_was_forgotten_between_password_and_session_does_not_let_in(known: Browser, ada: User) -> None:
    digest = digest_of(known.cookies[COOKIE].value)
    standing = standing_of(ada.pk, device=digest)
    assert standing.is_remembered
    proof = Authentication(
        user_id=ada.pk, proofs=(Proof.PWD,), acr="aal1", login_uid="u" * 32, password_mark=standing.password_mark
    )
    assert establish_session(authentication=proof, device=Device(browser="b" * 64, digest=digest)).acr == "aal1"
    RememberedDevice.objects.all().delete()
    with pytest.raises(LoginExpired):
        establish_session(authentication=proof, device=Device(browser="b" * 64, digest=digest))


# --- What ends it -----------------------------------------------------------------------------------------------------
def _new_password(ada: User, _app: TotpAuthenticator) -> None:
    store_password(user=ada, prepared=prepared_password(password=SecretStr("violin tractor umbrella"), words=()), via="test")


def _app_removed(ada: User, app: TotpAuthenticator) -> None:
    remove_app(user_id=ada.pk, authenticator_id=app.pk, acting_sid=None)


def _passkey_added(ada: User, _app: TotpAuthenticator) -> None:
    with_passkey(ada)


def _disabled(ada: User, _app: TotpAuthenticator) -> None:
    set_active(user_id=ada.pk, active=False)


def _reset(ada: User, _app: TotpAuthenticator) -> None:
    call_command("reset_factors", str(ada.email), "--reason", "ticket 4711", "--by", "kemi@example.com")


def _out_everywhere(ada: User, _app: TotpAuthenticator) -> None:
    end_user_sessions(user_id=ada.pk, reason=EndReason.LOGOUT)


def _out_elsewhere(ada: User, _app: TotpAuthenticator) -> None:
    end_others(actor=live_sessions(user_id=ada.pk, at=clock.now())[0].context)


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (_new_password, "password_changed"),
        (_app_removed, "factors_changed"),
        (_passkey_added, "factors_changed"),
        (_disabled, "account_disabled"),
        (_reset, "factors_changed"),
        (_out_everywhere, "logout"),
        (_out_elsewhere, "revoked"),
    ],
)
def test_what_changes_how_they_sign_in_forgets_every_device(
    ada: User, app: TotpAuthenticator, make_user: Callable[..., User], act: Callable[[User, TotpAuthenticator], None], reason: str
) -> None:
    make_user(email="kemi@example.com", role=Role.SUPPORT)
    show_code(Browser(), ada, app, TICKED)
    other = Browser()
    show_code(other, ada, app, TICKED)
    act(ada, app)
    assert not RememberedDevice.objects.exists()
    detail = SecurityEvent.objects.get(event=Event.DEVICE_FORGOTTEN).detail
    assert (detail["reason"], detail["count"]) == (reason, "2")


def test_a_passkey_that_the_browser_made_by_itself_takes_nothing_away(known: Browser, ada: User) -> None:
    with_passkey(ada, made_by_browser=True)
    assert RememberedDevice.objects.count() == 1


def test_an_ordinary_sign_out_leaves_it(known: Browser, ada: User) -> None:
    end_session(sid=SsoSession.objects.get().pk, reason=EndReason.LOGOUT)
    assert step_after_password(known, ada) == "whoami"


def test_it_runs_out(known: Browser, ada: User) -> None:
    RememberedDevice.objects.update(expires_at=clock.now() - clock.seconds(1))
    assert step_after_password(known, ada, fresh=True) == "authenticator-app"


def test_a_shorter_life_or_none_holds_for_devices_that_are_there(
    known: Browser, ada: User, app: TotpAuthenticator, settings: Settings
) -> None:
    RememberedDevice.objects.update(created_at=clock.now() - dt.timedelta(days=7, seconds=1))
    assert step_after_password(known, ada, fresh=True) == "whoami"
    settings.IDP_REMEMBER_DEVICE_DAYS = 7
    assert step_after_password(known, ada, fresh=True) == "authenticator-app"

    # Off: nobody is offered it, and what is sent uninvited counts nothing.
    settings.IDP_REMEMBER_DEVICE_DAYS = 0
    RememberedDevice.objects.update(created_at=clock.now())
    address = known.sign_in("ada@example.com", PASSWORD, fresh=True).headers["Location"]
    assert "id_remember" not in known.page(address).by_id
    before = known.cookies[COOKIE].value
    assert known.send(address, {"code": code_of(unspent(app)), **TICKED}).headers["Location"] == "/whoami"
    assert known.cookies[COOKIE].value == before
