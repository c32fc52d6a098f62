"""Passkeys in the sign-in over HTTP: instead of a password, after one, added on the way, made by the browser, taken away."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest
from django.db import connections
from django.http import HttpResponse

from idp.accounts.models import User
from idp.accounts.roles import Role
from idp.accounts.services.set_active import set_active
from idp.audit.models import SecurityEvent
from idp.audit.selectors import list_events
from idp.conftest import PASSWORD
from idp.core import clock
from idp.login.models import SsoSession
from idp.login.tests.browser import Browser, Page
from idp.login.tests.passkeys import asked, new_device, sent, with_passkey
from idp.mfa.recovery_codes.selectors import codes_left
from idp.mfa.recovery_codes.services.regenerate import regenerate
from idp.mfa.totp.models import TotpAuthenticator
from idp.mfa.totp.services.enrol import begin_enrolment, confirm_enrolment
from idp.mfa.totp.services.manage import remove as remove_app
from idp.mfa.webauthn.models import Passkey
from idp.mfa.webauthn.services.manage import remove
from idp.mfa.webauthn.tests.signer import BE, BS, UP, UV, Device

pytestmark = pytest.mark.django_db


@pytest.fixture
def key(ada: User) -> Device:
    return with_passkey(ada)


@pytest.fixture
def vendor(make_user: Callable[..., User]) -> User:
    return make_user(email="vera@example.com", role=Role.VENDOR)


def code_of(app: TotpAuthenticator) -> str:
    return pyotp.TOTP(str(app.secret)).at(clock.epoch(clock.now()))


def with_app(person: User) -> TotpAuthenticator:
    """An app whose code of this moment is not spent."""
    begun = begin_enrolment(user_id=person.pk, name="Phone")
    confirm_enrolment(user_id=person.pk, authenticator_id=begun.pk, code=code_of(begun))
    TotpAuthenticator.objects.update(last_step=0)
    return TotpAuthenticator.objects.get()


def passkey_page(browser: Browser, **wishes: str | bool) -> str:
    """The link of the first page."""
    return str(browser.page(browser.begin(**wishes)).by_id["passkey-sign-in"]["href"])


def to_second_step(browser: Browser, email: str = "ada@example.com", **wishes: str | bool) -> str:
    answer = browser.sign_in(email, PASSWORD, **wishes)
    assert answer.status_code == 303
    return answer.headers["Location"]


def text_of(answer: HttpResponse) -> str:
    return " ".join(Page(answer.content.decode()).text.split())


# --- Instead of name and password -------------------------------------------------------------------------------------
@pytest.mark.spec("WebAuthn L3", "7.2")
@pytest.mark.parametrize(("flags", "amr"), [(UP | UV, "hwk"), (UP | UV | BE | BS, "swk")])
def test_a_passkey_signs_in_without_name_and_password(browser: Browser, ada: User, flags: int, amr: str) -> None:
    device = with_passkey(ada, flags=flags)
    # Autofill and the button of the first page answer what that page asked.
    first = browser.begin()
    address = str(browser.page(first).by_id["passkey-sign-in"]["href"])
    answer = sent(browser, address, device.sign(asked(browser, first)))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/whoami")
    session = SsoSession.objects.latest("auth_time")
    assert (session.user_id, session.acr, session.amr) == (ada.pk, "phr", [amr, "user", "mfa"])


def test_without_user_verification_nobody_is_signed_in(browser: Browser, key: Device) -> None:
    address = passkey_page(browser)
    key.flags = UP
    answer = sent(browser, address, key.sign(asked(browser, address)))
    assert (answer.status_code, "did not check that it is you" in text_of(answer)) == (401, True)
    assert browser.whoami()["user"] is None
    # The same page asks again, and takes a better answer.
    key.flags = UP | UV
    assert sent(browser, address, key.sign(asked(browser, address))).status_code == 303


def test_it_stands_in_on_the_password_page_too_and_says_who_it_is(browser: Browser, ada: User, key: Device) -> None:
    password = browser.name("bola@example.com")
    address = str(browser.page(password).by_id["use-passkey"]["href"])
    assert sent(browser, address, key.sign(asked(browser, address))).status_code == 303
    assert browser.whoami()["user"] == str(ada.pk)


def test_somebody_else_may_use_theirs_after_a_password_was_given(browser: Browser, ada: User, bola: User) -> None:
    theirs = with_passkey(bola)
    with_passkey(ada)
    address = to_second_step(browser)
    restart = str(browser.page(address).by_id["account-change"]["href"])
    page = str(browser.page(restart).by_id["passkey-sign-in"]["href"])
    assert sent(browser, page, theirs.sign(asked(browser, restart))).status_code == 303
    assert browser.whoami()["user"] == str(bola.pk)


@pytest.mark.spec("WebAuthn L3", "5.1.10")
def test_a_passkey_that_was_removed_is_told_to_the_browser(browser: Browser, ada: User, key: Device) -> None:
    remove(user_id=ada.pk, authenticator_id=Passkey.objects.get().pk)
    address = passkey_page(browser)
    answer = sent(browser, address, key.sign(asked(browser, address)))
    html = answer.content.decode()
    assert answer.status_code == 401
    assert 'data-passkey-unknown="' in html
    assert f'data-passkey-rp="{asked(browser, address)["rpId"]}"' in html
    assert SecurityEvent.objects.latest("id").event == "factor_refused"


def test_a_disabled_account_is_not_signed_in(browser: Browser, ada: User, key: Device) -> None:
    set_active(user_id=ada.pk, active=False)
    address = passkey_page(browser)
    assert sent(browser, address, key.sign(asked(browser, address))).status_code == 401
    assert browser.whoami()["user"] is None


@pytest.mark.parametrize(
    "fields",
    [{}, {"credential": ""}, {"credential": "{"}, {"credential": "{}"}, {"credential": "[" * 9000},
     {"credential": "{}", "x": "y"}, {"credential": "x" * 70_000}],
)  # fmt: skip
def test_a_form_that_is_no_answer_proves_nothing(browser: Browser, fields: dict[str, str]) -> None:
    assert browser.send(passkey_page(browser), fields).status_code in {400, 401}
    assert browser.whoami()["user"] is None


@pytest.mark.spec("WebAuthn L3", "13.4.3")
def test_the_challenge_of_another_browser_is_refused(browser: Browser, key: Device) -> None:
    other = Browser()
    theirs = key.sign(asked(other, passkey_page(other)))
    assert sent(browser, passkey_page(browser), theirs).status_code == 401


@pytest.mark.django_db(transaction=True)
def test_one_answer_in_twenty_requests_at_once_makes_one_session(browser: Browser, key: Device) -> None:
    address = passkey_page(browser)
    credential = json.dumps(key.sign(asked(browser, address)))
    token = browser.token(address)
    browser.whoami()

    def send(_number: int) -> int:
        try:
            twin = Browser()
            twin.cookies = browser.cookies
            return twin.send(address, {"credential": credential}, token=token).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=20) as pool:
        statuses = list(pool.map(send, range(20)))
    assert max(statuses) < 500
    assert SsoSession.objects.count() == 1


# --- After the password -----------------------------------------------------------------------------------------------
@pytest.mark.spec("RFC 8176", "2")
@pytest.mark.parametrize(
    ("flags", "acr", "amr"), [(UP, "aal2", ["pwd", "hwk", "user"]), (UP | UV, "phr", ["pwd", "hwk", "user", "mfa"])]
)
def test_a_passkey_is_the_second_factor(browser: Browser, key: Device, flags: int, acr: str, amr: list[str]) -> None:
    address = to_second_step(browser)
    assert address.endswith("/passkey")
    key.flags = flags
    assert sent(browser, address, key.sign(asked(browser, address))).headers["Location"] == "/whoami"
    session = SsoSession.objects.get()
    assert (session.acr, session.amr) == (acr, amr)


@pytest.mark.spec("WebAuthn L3", "7.2")
def test_after_a_password_the_owner_is_checked_where_a_passkey_is_asked_for(browser: Browser, key: Device) -> None:
    address = to_second_step(browser, acr="phr")
    assert asked(browser, address)["userVerification"] == "required"
    key.flags = UP
    answer = sent(browser, address, key.sign(asked(browser, address)))
    assert (answer.status_code, "did not check that it is you" in text_of(answer)) == (401, True)


def test_somebody_elses_passkey_is_none(browser: Browser, bola: User, key: Device) -> None:
    theirs = with_passkey(bola)
    address = to_second_step(browser)
    assert sent(browser, address, theirs.sign(asked(browser, address))).status_code == 401
    assert browser.whoami()["user"] is None


def test_a_recovery_code_leads_to_a_new_factor(browser: Browser, ada: User, key: Device) -> None:
    codes = regenerate(user_id=ada.pk)
    other_way = str(browser.page(to_second_step(browser)).by_id["other-way"]["href"])
    set_up = browser.send(other_way, {"code": codes[0]}).headers["Location"]
    assert set_up.endswith("/set-up")
    address = str(browser.page(set_up).by_id["set-up-passkey"]["href"])
    answer = sent(browser, address, new_device().make(asked(browser, address)))
    assert answer.headers["Location"].endswith("/recovery-codes")
    assert browser.send(answer.headers["Location"], {}).headers["Location"] == "/whoami"
    # The lost one counts until its owner removes it.
    assert (Passkey.objects.count(), codes_left(ada.pk)) == (2, 10)


@pytest.mark.spec("OWASP ASVS 5.0", "7.4.3")
def test_a_passkey_removed_meanwhile_ends_the_sign_in_that_showed_it(browser: Browser, ada: User) -> None:
    address = to_second_step(browser, acr="phr")
    device = new_device(flags=UP)
    again = sent(browser, address, device.make(asked(browser, address))).headers["Location"]
    device.flags = UP | UV
    answer, token = device.sign(asked(browser, again)), browser.token(again)
    remove(user_id=ada.pk, authenticator_id=Passkey.objects.get().pk)
    late = browser.send(again, {"credential": json.dumps(answer)}, token=token)
    assert late.headers["Location"].endswith("/password")
    assert browser.whoami()["user"] is None


@pytest.mark.spec("OWASP ASVS 5.0", "7.4.3")
def test_an_app_removed_meanwhile_ends_the_sign_in_that_showed_it(browser: Browser, ada: User) -> None:
    app = with_app(ada)
    code = browser.sign_in("ada@example.com", PASSWORD, acr="phr").headers["Location"]
    set_up = browser.send(code, {"code": code_of(app)}).headers["Location"]
    assert set_up.endswith("/set-up-passkey")
    remove_app(user_id=ada.pk, authenticator_id=app.pk)
    assert browser.get(set_up).headers["Location"].endswith("/password")


# --- Added on the way -------------------------------------------------------------------------------------------------
def test_whoever_must_have_two_factors_may_add_a_passkey(browser: Browser, vendor: User) -> None:
    set_up = to_second_step(browser, "vera@example.com")
    address = str(browser.page(set_up).by_id["set-up-passkey"]["href"])
    answer = sent(browser, address, new_device().make(asked(browser, address)))
    assert browser.send(answer.headers["Location"], {}).headers["Location"] == "/whoami"
    assert SsoSession.objects.get().acr == "phr"
    assert Passkey.objects.get().user == vendor


def test_whoever_is_asked_for_a_passkey_and_has_none_adds_one(browser: Browser, ada: User) -> None:
    address = to_second_step(browser, acr="phr")
    assert address.endswith("/set-up-passkey")
    assert "why-passkey" in browser.page(address).by_id
    assert "other-way" not in browser.page(address).by_id
    device = new_device(flags=UP)
    answer = sent(browser, address, device.make(asked(browser, address)))
    # Added without a check of its owner it is shown once more, with one.
    assert answer.headers["Location"].endswith("/passkey")
    device.flags = UP | UV
    answer = sent(browser, answer.headers["Location"], device.sign(asked(browser, answer.headers["Location"])))
    assert browser.send(answer.headers["Location"], {}).headers["Location"] == "/whoami"
    assert SsoSession.objects.get().acr == "phr"


@pytest.mark.parametrize("alg", [-37, -36])
def test_an_algorithm_that_was_not_offered_is_refused_on_the_server(browser: Browser, vendor: User, alg: int) -> None:
    address = to_second_step(browser, "vera@example.com").replace("set-up", "set-up-passkey")
    assert sent(browser, address, new_device(alg=alg).make(asked(browser, address))).status_code == 401
    assert not Passkey.objects.exists()


def test_a_key_of_somebody_else_is_not_taken_over(browser: Browser, vendor: User, key: Device) -> None:
    address = to_second_step(browser, "vera@example.com").replace("set-up", "set-up-passkey")
    answer = sent(browser, address, key.make(asked(browser, address)))
    assert (answer.status_code, "already in use" in text_of(answer)) == (400, True)


@pytest.mark.spec("OWASP ASVS 5.0", "2.3.1")
def test_no_passkey_is_added_where_none_is_due(browser: Browser, key: Device) -> None:
    address = to_second_step(browser)
    elsewhere = address.replace("/passkey", "/set-up-passkey")
    answer = browser.send(elsewhere, {"credential": "{}"}, token=browser.token(address))
    assert (answer.status_code, answer.headers["Location"]) == (303, address)


# --- Made by the browser ----------------------------------------------------------------------------------------------
def upgrade_page(browser: Browser) -> str:
    answer = browser.send(browser.name("ada@example.com"), {"password": PASSWORD, "upgrade": "1"})
    assert answer.headers["Location"].endswith("/upgrade")
    return answer.headers["Location"]


@pytest.mark.spec("WebAuthn L3", "5.1.3")
def test_a_browser_that_can_makes_a_passkey_after_the_password(browser: Browser, ada: User) -> None:
    elsewhere = Browser()
    elsewhere.sign_in("ada@example.com", PASSWORD)
    address = upgrade_page(browser)
    device = new_device(flags=BE | BS)
    assert sent(browser, address, device.make(asked(browser, address))).headers["Location"] == "/whoami"
    made = Passkey.objects.get()
    assert (made.user, made.is_second_step, SsoSession.objects.filter(ended_at=None).count()) == (ada, False, 2)
    assert "factor_added" in [event.event for event in list_events(user_id=ada.pk)]
    # It signs in by itself; the password goes on to do so, and the browser is not asked again.
    device.flags |= UP | UV
    page = passkey_page(other := Browser())
    assert sent(other, page, device.sign(asked(other, page))).status_code == 303
    again = Browser()
    assert again.send(again.name("ada@example.com"), {"password": PASSWORD, "upgrade": "1"}).headers["Location"] == "/whoami"


@pytest.mark.parametrize("credential", ["", "{}", "no JSON"])
def test_whatever_comes_of_it_the_person_goes_on(browser: Browser, ada: User, credential: str) -> None:
    address = upgrade_page(browser)
    assert browser.send(address, {"credential": credential}).headers["Location"] == "/whoami"
    assert (browser.whoami()["user"], Passkey.objects.count()) == (str(ada.pk), 0)


def test_nobody_is_offered_one_before_every_proof_is_given(browser: Browser, vendor: User) -> None:
    answer = browser.send(browser.name("vera@example.com"), {"password": PASSWORD, "upgrade": "1"})
    assert answer.headers["Location"].endswith("/set-up")
    upgrade = answer.headers["Location"].replace("set-up", "upgrade")
    assert browser.get(upgrade).headers["Location"] == answer.headers["Location"]
