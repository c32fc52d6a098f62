"""The second factor in the sign-in: setting up an authenticator app, its code, and the way back for somebody who lost it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest
from django.contrib.auth.hashers import make_password
from django.db import connections

from idp.accounts.models import User
from idp.accounts.roles import Role
from idp.audit.selectors import list_events
from idp.conftest import PASSWORD
from idp.core import clock
from idp.login.delays import FREE_FAILURES
from idp.login.models import SsoSession
from idp.login.tests.browser import Browser, Page
from idp.mfa.errors import FactorRefused
from idp.mfa.recovery_codes.selectors import codes_left
from idp.mfa.recovery_codes.services.regenerate import regenerate
from idp.mfa.totp.models import TotpAuthenticator
from idp.mfa.totp.services.enrol import begin_enrolment, confirm_enrolment
from idp.mfa.totp.services.spend_code import spend_code

EMAIL = "vera@example.com"


@pytest.fixture
def vendor(make_user: Callable[..., User]) -> User:
    """Somebody whose role must have two factors."""
    return make_user(email=EMAIL, role=Role.VENDOR)


@pytest.fixture
def app(ada: User) -> TotpAuthenticator:
    """Ada has set up an authenticator app; the code of this moment is not spent."""
    begun = begin_enrolment(user_id=ada.pk, name="Phone")
    confirm_enrolment(user_id=ada.pk, authenticator_id=begun.pk, code=code_of(begun))
    TotpAuthenticator.objects.update(last_step=0)
    return TotpAuthenticator.objects.get()


def code_of(app: TotpAuthenticator) -> str:
    return pyotp.TOTP(str(app.secret)).at(clock.epoch(clock.now()))


def last_part(address: str) -> str:
    return address.rpartition("/")[2]


def to_second_step(browser: Browser, email: str = "ada@example.com", **wishes: str | bool) -> str:
    """Name and password given; the address of what is asked next."""
    answer = browser.sign_in(email, PASSWORD, **wishes)
    assert answer.status_code == 303
    return answer.headers["Location"]


# --- A code of the app ------------------------------------------------------------------------------------------------
@pytest.mark.spec("RFC 8176", "2")
def test_password_and_code_sign_in_with_two_factors(browser: Browser, ada: User, app: TotpAuthenticator) -> None:
    address = to_second_step(browser)
    assert last_part(address) == "authenticator-app"
    # Until the last proof nobody is signed in.
    assert browser.whoami()["user"] is None
    answer = browser.send(address, {"code": code_of(app)})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/whoami")
    session = SsoSession.objects.get()
    assert (session.user_id, session.acr, session.amr) == (ada.pk, "aal2", ["pwd", "otp"])


def test_the_page_asks_for_a_code_in_a_way_phones_understand(browser: Browser, app: TotpAuthenticator) -> None:
    page = browser.page(to_second_step(browser))
    assert page.by_id["id_code"]["autocomplete"] == "one-time-code"
    assert page.by_id["id_code"]["inputmode"] == "numeric"
    assert str(app.secret) not in page.text


@pytest.mark.spec("RFC 6238", "5.2")
def test_a_code_signs_in_once(browser: Browser, app: TotpAuthenticator) -> None:
    code = code_of(app)
    assert browser.send(to_second_step(browser), {"code": code}).status_code == 303
    other = Browser()
    address = to_second_step(other)
    answer = other.send(address, {"code": code})
    assert answer.status_code == 401
    assert "already used" in Page(answer.content.decode()).text
    assert other.whoami()["user"] is None


def test_a_wrong_code_is_refused_recorded_and_can_be_corrected(browser: Browser, ada: User, app: TotpAuthenticator) -> None:
    address = to_second_step(browser)
    answer = browser.send(address, {"code": "abcdef"})
    assert answer.status_code == 401
    assert "That code is not right" in Page(answer.content.decode()).text
    assert list_events(user_id=ada.pk)[0].event == "factor_refused"
    assert browser.send(address, {"code": code_of(app)}).status_code == 303
    assert browser.whoami()["user"] == str(ada.pk)


@pytest.mark.parametrize("fields", [{}, {"code": ""}, {"code": "  "}, {"code": "1" * 65}, {"code": "1", "more": "x"}])
def test_a_form_that_cannot_be_right_proves_nothing(browser: Browser, app: TotpAuthenticator, fields: dict[str, str]) -> None:
    address = to_second_step(browser)
    assert browser.send(address, fields).status_code == 400
    assert browser.whoami()["user"] is None


@pytest.mark.spec("RFC 4226", "7.3")
def test_guesses_are_counted_across_sign_ins_and_browsers(browser: Browser, app: TotpAuthenticator) -> None:
    for _ in range(FREE_FAILURES):
        guesser = Browser()
        assert guesser.send(to_second_step(guesser), {"code": "000000"}).status_code == 401
    # Even the right code waits now, and so does a recovery code.
    address = to_second_step(browser)
    answer = browser.send(address, {"code": code_of(app)})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    other_way = address.replace("authenticator-app", "recovery-code")
    assert browser.send(other_way, {"code": "000000-000000-000000-000000"}).status_code == 429
    assert browser.whoami()["user"] is None


@pytest.mark.django_db(transaction=True)
def test_one_code_in_many_browsers_at_once_signs_in_one(app: TotpAuthenticator) -> None:
    browsers = [Browser() for _ in range(FREE_FAILURES - 1)]
    addresses = [(browser, to_second_step(browser)) for browser in browsers]
    forms = [(browser, address, browser.token(address)) for browser, address in addresses]
    code = code_of(app)

    def send(form: tuple[Browser, str, str]) -> int:
        browser, address, token = form
        try:
            return browser.send(address, {"code": code}, token=token).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=len(forms)) as pool:
        statuses = list(pool.map(send, forms))
    assert statuses.count(303) == 1
    assert SsoSession.objects.filter(ended_at__isnull=True).count() == 1


# --- No step can be skipped -------------------------------------------------------------------------------------------
@pytest.mark.spec("OWASP ASVS 5.0", "2.3.1")
@pytest.mark.parametrize("step", ["set-up", "recovery-codes", "complete", "identifier", "password"])
def test_no_other_step_is_open_while_the_code_is_due(browser: Browser, app: TotpAuthenticator, step: str) -> None:
    address = to_second_step(browser)
    token = browser.token(address)
    elsewhere = address.replace("authenticator-app", step)
    for fields in ({}, {"code": code_of(app)}, {"password": PASSWORD}):
        answer = browser.send(elsewhere, fields, token=token)
        assert (answer.status_code, answer.headers["Location"]) == (303, address)
    assert browser.whoami()["user"] is None
    assert TotpAuthenticator.objects.count() == 1


@pytest.mark.spec("OWASP ASVS 5.0", "6.3.4")
def test_no_factor_page_is_open_before_the_password(browser: Browser, app: TotpAuthenticator) -> None:
    address = browser.name("ada@example.com")
    token = browser.token(address)
    for step in ("authenticator-app", "recovery-code", "set-up", "recovery-codes"):
        answer = browser.send(address.replace("password", step), {"code": code_of(app)}, token=token)
        assert (answer.status_code, answer.headers["Location"]) == (303, address)
    assert browser.whoami()["user"] is None


# --- Setting up -------------------------------------------------------------------------------------------------------
@pytest.mark.spec("OWASP ASVS 5.0", "6.3.3")
@pytest.mark.parametrize("role", Role)
def test_whoever_does_more_than_shop_needs_two_factors(browser: Browser, make_user: Callable[..., User], role: Role) -> None:
    make_user(email=EMAIL, role=role)
    goes_on = to_second_step(browser, EMAIL) == "/whoami"
    assert goes_on is (role in {Role.CLIENT, Role.SUPER_CLIENT})


@pytest.mark.spec("OWASP ASVS 5.0", "6.3.3")
def test_a_role_that_must_have_two_factors_is_led_through_the_set_up(browser: Browser, vendor: User) -> None:
    address = to_second_step(browser, EMAIL)
    assert last_part(address) == "set-up"
    # Looking changes nothing: only the button begins.
    browser.page(address)
    assert not TotpAuthenticator.objects.exists()

    # The secret, as text and as picture, and its first code.
    assert browser.send(address, {}).headers["Location"] == address
    html = browser.get(address).content.decode()
    pending = TotpAuthenticator.objects.get()
    assert 'class="qr"' in html
    assert str(pending.secret) in Page(html).text.replace(" ", "")
    kept = browser.send(address, {"code": code_of(pending)}).headers["Location"]
    assert last_part(kept) == "recovery-codes"
    assert browser.whoami()["user"] is None

    # The codes once, then signed in.
    assert browser.page(kept).text.count("-") >= 30
    answer = browser.send(kept, {})
    assert answer.headers["Location"] == "/whoami"
    assert browser.whoami()["user"] == str(vendor.pk)
    assert SsoSession.objects.get().acr == "aal2"
    assert codes_left(vendor.pk) == 10


def test_a_wrong_first_code_leaves_the_set_up_open(browser: Browser, vendor: User) -> None:
    address = to_second_step(browser, EMAIL)
    browser.send(address, {})
    answer = browser.send(address, {"code": "000000"})
    assert answer.status_code == 401
    assert 'class="qr"' in answer.content.decode()
    assert browser.send(address, {"code": code_of(TotpAuthenticator.objects.get())}).status_code == 303


def test_a_code_before_the_set_up_was_begun_says_what_to_do(browser: Browser, vendor: User) -> None:
    answer = browser.send(to_second_step(browser, EMAIL), {"code": "123456"})
    assert answer.status_code == 400
    assert "start it again" in Page(answer.content.decode()).text


def test_nobody_is_shown_a_secret_that_another_browser_began(browser: Browser, vendor: User) -> None:
    thief = Browser()
    stolen = to_second_step(thief, EMAIL)
    thief.send(stolen, {})
    known_to_thief = TotpAuthenticator.objects.get()

    address = to_second_step(browser, EMAIL)
    assert 'class="qr"' not in browser.get(address).content.decode()
    browser.send(address, {})
    own = TotpAuthenticator.objects.get()
    assert own.pk != known_to_thief.pk
    # And what the thief began can no longer be confirmed.
    assert thief.send(stolen, {"code": code_of(known_to_thief)}).status_code == 400


# --- Lost -------------------------------------------------------------------------------------------------------------
@pytest.mark.spec("OWASP ASVS 5.0", "6.4.4")
def test_a_recovery_code_lets_in_to_a_new_set_up_only(browser: Browser, ada: User, app: TotpAuthenticator) -> None:
    codes = regenerate(user_id=ada.pk)
    address = to_second_step(browser)
    other_way = str(browser.page(address).by_id["other-way"]["href"])
    answer = browser.send(other_way, {"code": codes[0].lower()})
    set_up = answer.headers["Location"]
    assert last_part(set_up) == "set-up"
    assert browser.whoami()["user"] is None

    browser.send(set_up, {})
    pending = TotpAuthenticator.objects.get(confirmed_at=None)
    browser.send(set_up, {"code": code_of(pending)})
    browser.send(set_up.replace("set-up", "recovery-codes"), {})
    assert browser.whoami()["user"] == str(ada.pk)
    # The old codes are void, the spent one and the others.
    again = Browser()
    address = to_second_step(again).replace("authenticator-app", "recovery-code")
    for code in codes[:2]:
        assert again.send(address, {"code": code}).status_code == 401


@pytest.mark.spec("OWASP ASVS 5.0", "6.5.1")
def test_one_sign_in_spends_one_recovery_code(browser: Browser, ada: User, app: TotpAuthenticator) -> None:
    first, second, *_rest = regenerate(user_id=ada.pk)
    other_way = to_second_step(browser).replace("authenticator-app", "recovery-code")
    token = browser.token(other_way)
    set_up = browser.send(other_way, {"code": first}).headers["Location"]
    # Nothing of a form is read that is not due: neither is the next code spent, nor is the lost app taken for a proof.
    for step, code in (("recovery-code", second), ("authenticator-app", code_of(app))):
        answer = browser.send(set_up.replace("set-up", step), {"code": code}, token=token)
        assert (answer.status_code, answer.headers["Location"]) == (303, set_up)
    assert codes_left(ada.pk) == 9
    assert browser.whoami()["user"] is None


@pytest.mark.spec("RFC 6238", "5.2")
def test_a_code_that_signed_in_raises_nobody_elsewhere(browser: Browser, ada: User, app: TotpAuthenticator) -> None:
    """Spent is spent, for whatever it is shown: in a sign-in of its own, and where another app is set up."""
    code = code_of(app)
    assert browser.send(to_second_step(browser), {"code": code}).status_code == 303
    again = to_second_step(browser, fresh=True, acr="aal2")
    assert browser.send(again, {"code": code}).status_code == 401
    with pytest.raises(FactorRefused):
        spend_code(user_id=ada.pk, code=code)


def test_a_wrong_recovery_code_is_refused(browser: Browser, ada: User, app: TotpAuthenticator) -> None:
    regenerate(user_id=ada.pk)
    address = to_second_step(browser).replace("authenticator-app", "recovery-code")
    assert browser.send(address, {"code": "000000-000000-000000-000000"}).status_code == 401
    assert codes_left(ada.pk) == 10


# --- Levels -----------------------------------------------------------------------------------------------------------
def test_a_caller_that_asks_for_two_factors_gets_them_from_everybody(browser: Browser, ada: User) -> None:
    assert last_part(to_second_step(browser, acr="aal2")) == "set-up"


def test_somebody_without_a_factor_and_without_such_a_role_signs_in_by_password(browser: Browser, ada: User) -> None:
    assert to_second_step(browser) == "/whoami"
    assert SsoSession.objects.get().acr == "aal1"


@pytest.mark.spec("OWASP ASVS 5.0", "7.4.3")
def test_setting_up_a_factor_ends_every_other_session_of_the_person(browser: Browser, ada: User) -> None:
    elsewhere = Browser()
    elsewhere.sign_in("ada@example.com", PASSWORD)
    assert elsewhere.whoami()["user"] == str(ada.pk)
    begun = begin_enrolment(user_id=ada.pk, name="Phone")
    confirm_enrolment(user_id=ada.pk, authenticator_id=begun.pk, code=code_of(begun))
    assert elsewhere.whoami()["user"] is None


def test_a_session_from_before_a_role_that_needs_two_factors_is_not_enough(browser: Browser, ada: User) -> None:
    browser.sign_in("ada@example.com", PASSWORD)
    User.objects.filter(pk=ada.pk).update(role=Role.ADMIN)
    # The entrance of our own pages no longer waves them through.
    address = browser.get("/login?next=/whoami").headers["Location"]
    assert last_part(address) == "identifier"
    assert (
        last_part(browser.send(browser.name("ada@example.com", address), {"password": PASSWORD}).headers["Location"]) == "set-up"
    )


# --- Changed on the way -----------------------------------------------------------------------------------------------
@pytest.mark.spec("OWASP ASVS 5.0", "7.4.3")
def test_a_password_changed_on_the_way_is_asked_for_anew_and_nothing_is_set_up_with_the_old_one(
    browser: Browser, vendor: User
) -> None:
    address = to_second_step(browser, EMAIL)
    assert browser.send(address, {}).headers["Location"] == address
    token = browser.token(address)
    User.objects.filter(pk=vendor.pk).update(password=make_password("another one"))
    begun = TotpAuthenticator.objects.get()
    answer = browser.send(address, {"code": code_of(begun)}, token=token)
    assert last_part(answer.headers["Location"]) == "password"
    assert not TotpAuthenticator.objects.filter(confirmed_at__isnull=False).exists()


def test_codes_that_wait_to_be_kept_sign_nobody_in_by_a_password_that_was_changed(browser: Browser, vendor: User) -> None:
    address = to_second_step(browser, EMAIL)
    browser.send(address, {})
    kept = browser.send(address, {"code": code_of(TotpAuthenticator.objects.get())}).headers["Location"]
    token = browser.token(kept)
    User.objects.filter(pk=vendor.pk).update(password=make_password("another one"))
    assert last_part(browser.send(kept, {}, token=token).headers["Location"]) == "password"
    assert browser.whoami()["user"] is None
