"""An account whose address nobody has proven, made by an operator: after the password a code to the address, and only then on."""

import re
import uuid
from collections.abc import Callable

import pytest
from pydantic import SecretStr

from idp.accounts.models import User
from idp.accounts.selectors import hold_active_user
from idp.accounts.services.change_password import prepared_password
from idp.audit.models import SecurityEvent
from idp.conftest import PASSWORD
from idp.login.errors import LoginExpired
from idp.login.models import SsoSession
from idp.login.services.establish_session import Authentication, Device, establish_session
from idp.login.services.prove_owner import prove_owner
from idp.login.state import logins
from idp.login.tests.browser import Browser, Page
from idp.login.tests.passkeys import asked as asked_for
from idp.login.tests.passkeys import sent, with_passkey
from idp.login.tests.recovery import NEW
from idp.login.types import Proof
from idp.mfa.standing import standing_of
from idp.outbox.inbox import list_sent
from idp.recovery.models import RecoveryKey

pytestmark = pytest.mark.django_db

PHONE = "+2348012345678"


@pytest.fixture
def uche(make_user: Callable[..., User]) -> User:
    """Made by an operator; nobody has proven the address."""
    return make_user(email="uche@example.com", email_verified=False)


def code() -> str:
    """From the newest message."""
    found = re.search(r"\b([0-9]{6})\b", list_sent()[0].text)
    assert found
    return found[1]


def wrong() -> str:
    return f"{(int(code()) + 1) % 10**6:06d}"


def at_code(browser: Browser, who: str = "uche@example.com", **wishes: str | bool) -> str:
    """Past the password; the address of the page for the code."""
    answer = browser.sign_in(who, PASSWORD, **wishes)
    assert answer.status_code == 303, answer.content.decode()
    assert answer.headers["Location"].endswith("/verify-address")
    return answer.headers["Location"]


@pytest.mark.spec("OWASP ASVS 5.0", "6.6.2")
def test_the_password_then_the_code_then_on(browser: Browser, uche: User) -> None:
    address = at_code(browser)
    assert list_sent()[0].to == "uche@example.com"
    assert not SsoSession.objects.exists()
    page = browser.page(address)
    assert page.by_id["id_code"]["autocomplete"] == "one-time-code"
    # "Not you?" leads to the first page, not to a new account.
    assert browser.page(str(page.by_id["account-change"]["href"])).by_id["id_username"]
    answer = browser.send(address, {"code": code()})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/whoami")
    fresh = User.objects.get()
    assert (fresh.email_verified, fresh.password) == (True, uche.password)
    session = SsoSession.objects.get()
    assert (session.acr, session.amr) == ("aal1", ["pwd"])
    event = SecurityEvent.objects.get(event="contact_verified")
    assert event.detail == {"via": "verify_email", "kept": "password"}


@pytest.mark.spec("OWASP ASVS 5.0", "6.6.2")
@pytest.mark.parametrize("typed", ["0801 234 5678", "uche@example.com"])
def test_the_code_goes_to_the_stored_address_that_was_named(browser: Browser, make_user: Callable[..., User], typed: str) -> None:
    make_user(email="uche@example.com", email_verified=False, phone_number=PHONE)
    address = at_code(browser, typed)
    (message,) = list_sent()
    is_mail = "@" in typed
    assert message.to == ("uche@example.com" if is_mail else PHONE)
    # No field says where it goes.
    assert browser.send(address, {"again": "1", "username": "thief@example.com"}).status_code == 400
    assert browser.send(address, {"code": code()}).status_code == 303
    fresh = User.objects.get()
    # Proven is what was proven; the other address stays what it was.
    assert (fresh.email_verified, fresh.phone_number_verified, fresh.phone_number) == (is_mail, not is_mail, PHONE)


def test_a_code_never_raises_the_level(browser: Browser, uche: User) -> None:
    answer = browser.send(at_code(browser, acr="aal2"), {"code": code()})
    assert answer.headers["Location"].endswith("/set-up")
    assert not SsoSession.objects.exists()


def test_wrong_old_replayed_and_foreign_codes_lead_nowhere(browser: Browser, uche: User, later: Callable[[float], None]) -> None:
    address = at_code(browser)
    answer = browser.send(address, {"code": wrong()})
    assert answer.status_code == 401
    assert "not right, or no longer valid" in Page(answer.content.decode()).text
    first = code()
    # Of another sign-in, in this browser and in another.
    later(61)
    thief = Browser()
    theirs = at_code(thief)
    assert thief.send(theirs, {"code": first}).status_code == 401
    assert browser.send(address, {"code": code()}).status_code == 401
    assert browser.send(at_code(browser, fresh=True), {"code": first}).status_code == 401
    later(601)
    assert browser.send(address, {"code": first}).status_code == 401
    assert browser.send(address, {"again": "1"}).headers["Location"] == address
    assert not User.objects.get().email_verified
    used = code()
    later(60)
    assert browser.send(address, {"code": used}).status_code == 303
    # The code again: the sign-in is over, and leads where it went.
    assert browser.send(address, {"code": used}, token=browser.token(browser.begin(fresh=True))).headers["Location"] == "/whoami"
    assert SsoSession.objects.count() == 1


def test_a_wrong_password_sends_nothing(browser: Browser, uche: User) -> None:
    assert browser.sign_in("uche@example.com", "wrong").status_code == 401
    assert not list_sent()


def test_a_code_that_is_on_its_way_is_not_sent_twice(browser: Browser, uche: User) -> None:
    address = at_code(browser)
    again = browser.page(address.replace("verify-address", "identifier") + "?restart=1")
    assert again.by_id["id_username"]
    named = browser.name("uche@example.com", address.replace("verify-address", "identifier") + "?restart=1")
    assert browser.send(named, {"password": PASSWORD}).headers["Location"] == address
    assert len(list_sent()) == 1
    assert browser.send(address, {"again": "1"}).status_code == 429


def test_another_password_meanwhile_ends_the_sign_in_and_proves_nothing(browser: Browser, uche: User) -> None:
    address = at_code(browser)
    User.objects.filter(pk=uche.pk).update(password=prepared_password(password=SecretStr("violin tractor umbrella"), words=()))
    assert browser.get(address).headers["Location"].endswith("/password")
    assert browser.send(address.replace("verify-address", "password"), {"password": PASSWORD}).status_code == 401
    assert not User.objects.get().email_verified


def test_a_password_that_changes_while_the_code_is_taken_proves_nothing_either(browser: Browser, uche: User) -> None:
    address = at_code(browser)
    state = logins.get(address.split("/")[2])
    assert state is not None
    User.objects.filter(pk=uche.pk).update(password=prepared_password(password=SecretStr("violin tractor umbrella"), words=()))
    prove_owner(state=state, code=SecretStr(code()))
    assert not User.objects.get().email_verified


def test_an_address_that_changes_while_its_code_is_taken_is_not_proven(
    browser: Browser, uche: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = logins.get(at_code(browser).split("/")[2])
    assert state is not None

    def moved(user_id: uuid.UUID) -> User | None:
        uche.email = "elsewhere@example.com"
        uche.save(update_fields=["email"])
        return hold_active_user(user_id)

    monkeypatch.setattr("idp.login.services.prove_owner.hold_active_user", moved)
    prove_owner(state=state, code=SecretStr(code()))
    assert not User.objects.get().email_verified


def test_a_passkey_that_was_prepared_is_void_with_the_password_nobody_gave(browser: Browser, uche: User) -> None:
    device = with_passkey(uche)
    address = browser.begin().replace("identifier", "passkey")
    answer = sent(browser, address, device.sign(asked_for(browser, address)))
    there = answer.headers["Location"]
    assert there.endswith("/verify-address")
    there = browser.send(there, {"code": code()}).headers["Location"]
    assert there.endswith("/new-password")
    fresh = User.objects.get()
    assert (fresh.email_verified, fresh.has_usable_password(), fresh.passkeys.count()) == (True, False, 0)
    assert not SsoSession.objects.exists()
    # The page says why, whatever is typed first, and the way goes on to the end.
    assert "your passkey is part of it" in browser.page(there).text
    assert browser.send(there, {"password": "short"}).status_code == 400
    assert "your passkey is part of it" in browser.page(there).text
    there = browser.send(there, {"password": NEW}).headers["Location"]
    assert there.endswith("/password")
    assert browser.send(there, {"password": NEW}).headers["Location"] == "/whoami"
    assert (SsoSession.objects.get().amr, RecoveryKey.objects.filter(closed_at=None).count()) == (["pwd"], 0)


@pytest.mark.spec("OIDC Core", "5.7")
def test_no_session_is_ever_written_for_an_unproven_account(uche: User) -> None:
    authentication = Authentication(
        user_id=uche.pk,
        proofs=(Proof.PWD,),
        acr="aal1",
        login_uid="u" * 32,
        password_mark=standing_of(uche.pk).password_mark,
    )
    with pytest.raises(LoginExpired):
        establish_session(authentication=authentication, device=Device(browser="b"))
