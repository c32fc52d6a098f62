"""An account without a password: the address by a code, then a passkey that checks its owner, and nothing stored before."""

from collections.abc import Callable

import pytest
from django.db import connection

from idp.accounts.models import User
from idp.login.models import SsoSession
from idp.login.tests import recovery
from idp.login.tests.browser import Browser, Page
from idp.login.tests.passkeys import asked, new_device, sent, with_passkey
from idp.login.tests.steps.test_sign_up import FORM, code
from idp.mfa.recovery_codes.services.regenerate import SET_SIZE, regenerate
from idp.mfa.webauthn.models import Passkey, PasskeyOwner
from idp.mfa.webauthn.tests.signer import UP, Device
from idp.tests.database_faults import failing

pytestmark = [pytest.mark.django_db, pytest.mark.spec("WebAuthn L3", "7.1")]

WISH = {**FORM, "password": "", "passkey": "1"}
NEW = "violin tractor umbrella"


def at_passkey(browser: Browser, **changed: str) -> str:
    """Past form and code; the address of the page that makes the passkey."""
    answer = browser.send(browser.begin(create=True), {**WISH, **changed})
    assert answer.headers["Location"].endswith("/verify-address"), answer.content.decode()
    answer = browser.send(answer.headers["Location"], {"code": code()})
    assert answer.headers["Location"].endswith("/first-passkey")
    return answer.headers["Location"]


def made(browser: Browser, **changed: str) -> Device:
    """Signed up and signed in, the recovery codes kept; the device."""
    device, address = new_device(), at_passkey(browser, **changed)
    answer = sent(browser, address, device.make(asked(browser, address)))
    assert answer.headers["Location"].endswith("/recovery-codes"), answer.content.decode()
    assert browser.send(answer.headers["Location"], {}).headers["Location"] == "/whoami"
    return device


@pytest.mark.parametrize("role", ["client", "vendor"])
def test_the_passkey_is_all_there_is_and_enough_for_every_role(browser: Browser, role: str) -> None:
    address = at_passkey(browser, role=role)
    # Nothing in SQL before there is something to sign in with.
    assert not User.objects.exists()
    options = asked(browser, address)
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["user"]["name"] == "new@example.com"
    device = new_device()
    answer = sent(browser, address, device.make(options))
    codes = browser.get(answer.headers["Location"]).content.decode()
    assert codes.count("codes__code") == SET_SIZE
    assert browser.send(answer.headers["Location"], {}).headers["Location"] == "/whoami"

    user, session = User.objects.get(), SsoSession.objects.get()
    assert (user.email_verified, user.has_usable_password(), user.role, user.name) == (True, False, role, "Ngozi Eze")
    assert (session.acr, set(session.amr) >= {"user", "mfa"}) == ("phr", True)
    assert PasskeyOwner.objects.get().handle == options["user"]["id"]

    # From now on it signs in alone.
    other = Browser()
    there = other.begin().replace("identifier", "passkey")
    assert sent(other, there, device.sign(asked(other, there))).headers["Location"] == "/whoami"
    assert other.whoami()["user"] == str(user.pk)


def test_a_device_that_did_not_check_its_owner_is_not_enough(browser: Browser) -> None:
    address = at_passkey(browser)
    answer = sent(browser, address, new_device(flags=UP).make(asked(browser, address)))
    assert answer.status_code == 401
    assert "did not check that it is you" in Page(answer.content.decode()).text
    assert not User.objects.exists()


@pytest.mark.spec("WebAuthn L3", "13.4.3")
def test_a_challenge_counts_in_this_sign_up_of_this_person_once(browser: Browser) -> None:
    address = at_passkey(browser)
    first = new_device().make(asked(browser, address))
    # Another person's in the same sign-in, after a change of address.
    back = str(browser.page(address).by_id["account-change"]["href"])
    answer = browser.send(back, {**WISH, "username": "other@example.com"})
    browser.send(answer.headers["Location"], {"code": code()})
    assert sent(browser, address, first).status_code == 401
    # Another browser's.
    thief = Browser()
    theirs = at_passkey(thief, username="thief@example.com")
    assert sent(thief, theirs, new_device().make(asked(browser, address))).status_code == 401
    assert not User.objects.exists()


def test_who_breaks_off_has_lost_nothing_and_may_choose_a_password(browser: Browser) -> None:
    address = at_passkey(browser)
    assert browser.send(address, {}).status_code == 400
    there = str(browser.page(address).by_id["other-way"]["href"])
    page = browser.page(there)
    assert page.by_id["id_account"]["value"] == "new@example.com"
    # And back again.
    assert str(page.by_id["other-way"]["href"]) == address
    assert browser.send(there, {"password": "Ngozi Eze Ngozi Eze"}).status_code == 400
    assert browser.send(there, {"password": NEW}).headers["Location"] == "/whoami"
    user, session = User.objects.get(), SsoSession.objects.get()
    assert (user.check_password(NEW), user.email_verified, session.acr) == (True, True, "aal1")


def test_the_code_comes_before_either(browser: Browser) -> None:
    answer = browser.send(browser.begin(create=True), WISH)
    for step in ("first-passkey", "first-password"):
        address = answer.headers["Location"].replace("verify-address", step)
        assert browser.get(address).headers["Location"].endswith("/verify-address")
        sent_there = browser.send(address, {"password": NEW}, token=browser.token(answer.headers["Location"]))
        assert sent_there.headers["Location"].endswith("/verify-address")
    assert not User.objects.exists()


@pytest.mark.spec("OIDC Core", "5.7")
def test_a_prepared_account_becomes_theirs_with_this_passkey_alone(browser: Browser, make_user: Callable[..., User]) -> None:
    user = make_user(email="new@example.com", email_verified=False)
    attackers = with_passkey(user)
    made(browser)
    fresh = User.objects.get()
    assert (fresh.pk, fresh.has_usable_password(), fresh.email_verified) == (user.pk, False, True)
    other = Browser()
    there = other.begin().replace("identifier", "passkey")
    assert sent(other, there, attackers.sign(asked(other, there))).status_code == 401


def test_an_account_made_meanwhile_is_not_entered(browser: Browser, make_user: Callable[..., User]) -> None:
    address = at_passkey(browser)
    make_user(email="new@example.com")
    answer = sent(browser, address, new_device().make(asked(browser, address)))
    assert (answer.status_code, "created a moment ago" in answer.content.decode()) == (401, True)
    assert not Passkey.objects.exists()


@pytest.mark.parametrize("table", ["mfa_webauthn_passkey", "mfa_recovery_codes_recoverycode"])
def test_account_passkey_and_codes_are_stored_together_or_not_at_all(browser: Browser, table: str) -> None:
    address, device = at_passkey(browser), new_device()
    answer = device.make(asked(browser, address))
    with connection.execute_wrapper(failing(f'INSERT INTO "{table}"')):
        assert sent(browser, address, answer).status_code == 503
    assert not User.objects.exists()
    # The same page makes another one.
    assert sent(browser, address, device.make(asked(browser, address))).status_code == 303


@pytest.mark.spec("OWASP ASVS 5.0", "6.3.8")
def test_a_taken_address_looks_the_same(browser: Browser, make_user: Callable[..., User]) -> None:
    make_user(email="new@example.com")
    answer = browser.send(browser.begin(create=True), WISH)
    assert answer.headers["Location"].endswith("/verify-address")
    assert browser.send(answer.headers["Location"], {"code": "000000"}).status_code == 401


@pytest.mark.spec("OWASP ASVS 5.0", "6.4.4")
def test_a_lost_passkey_is_recovered_by_mail_and_recovery_code_and_never_by_mail_alone(browser: Browser) -> None:
    made(browser)
    other = Browser()
    answer = other.send(recovery.asked(other, "new@example.com"), {"password": NEW})
    answer = other.send(answer.headers["Location"], {"password": NEW})
    # A mailbox and a password of one's own choice are one factor; the account asks for what it had.
    assert answer.headers["Location"].endswith("/passkey")
    assert other.whoami()["user"] is None
    codes, way = regenerate(user_id=User.objects.get().pk), answer.headers["Location"].replace("passkey", "recovery-code")
    assert other.send(way, {"code": "x" * 10}).status_code == 401
    answer = other.send(way, {"code": codes[0]})
    assert (answer.status_code, answer.headers["Location"].rpartition("/")[2]) == (303, "set-up")
    assert not SsoSession.objects.filter(ended_at=None, browser=other.key()).exists()
