"""Step-up (RFC 9470): a session that is too weak is asked for what it lacks, and for everything where it may not count."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from time_machine import TimeMachineFixture

from idp.accounts.models import User
from idp.accounts.roles import Role
from idp.accounts.services.set_active import set_active
from idp.authenticators.tests.conftest import age, code_of, session_of, unspent, with_app
from idp.conftest import PASSWORD
from idp.core import clock
from idp.login.models import SsoSession
from idp.login.services.end_session import end_session
from idp.login.strength import FRESH_SECONDS
from idp.login.tests.passkeys import new_device, options_on, with_passkey
from idp.login.types import EndReason
from idp.mfa.recovery_codes.services.regenerate import regenerate
from idp.mfa.totp.models import TotpAuthenticator
from idp.mfa.totp.services.manage import remove as remove_app
from idp.mfa.webauthn.tests.signer import Device
from idp.oidc.tests.fixtures import signed_in
from idp.oidc.tests.jose.test_id_token import claims_of
from idp.tests.journey import Answer, Browser, Pkce, answer_of, page_of
from idp.tests.life.people import kind_of
from idp.tests.parties import BACKEND, SPA, introspect, json_of, obtain_tokens

pytestmark = [pytest.mark.django_db, pytest.mark.spec("RFC 9470", "5")]

# The shopper is signed in by password alone, before there was any factor.
LONG_AGO = FRESH_SECONDS + 3600
ESSENTIAL = json.dumps({"id_token": {"acr": {"essential": True, "value": "aal2"}}})


def ask(browser: Browser, pkce: Pkce | None = None, /, **asked: str) -> Answer:
    """A request for two factors, unless it asks for something else."""
    return browser.open(SPA.authorize_url(pkce or Pkce(), **{"acr_values": "aal2", **asked}))


def at(browser: Browser) -> str:
    """The step whose page is shown."""
    return browser.address.rpartition("/")[2].partition("?")[0]


def steps(browser: Browser) -> set[str]:
    """Every page of the sign-in that was shown."""
    return {path.rpartition("/")[2] for path, status in browser.visited if path.startswith("/login/") and status == 200}


def sign(device: Device, page: Answer) -> dict[str, str]:
    """What the page's script sends."""
    return {"credential": json.dumps(device.sign(options_on(page.content.decode())))}


def told(answer: Answer, pkce: Pkce) -> dict[str, Any]:
    """The claims of the ID token for this code."""
    return claims_of(json_of(SPA.exchange(answer_of(answer["Location"])["code"], pkce))["id_token"])


@pytest.fixture
def app(browser: Browser, shopper: User) -> TotpAuthenticator:
    """An authenticator app that was set up after the sign-in."""
    return with_app(shopper, acting=session_of(shopper))


# --- What is asked ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("asked", [{"acr_values": "aal2"}, {"acr_values": "phr aal2"}, {"acr_values": "", "claims": ESSENTIAL}])
def test_the_missing_code_is_asked_for_and_nothing_else(browser: Browser, app: TotpAuthenticator, asked: dict[str, str]) -> None:
    age(app.user, LONG_AGO)
    before, pkce = session_of(app.user), Pkce()
    browser.visited.clear()
    page = ask(browser, pkce, **asked)
    claims = told(browser.submit(page, code=code_of(app)), pkce)
    assert steps(browser) == {"authenticator-app"}
    assert (claims["acr"], claims["amr"], claims["sid"]) == ("aal2", ["pwd", "otp"], str(before.pk))


def test_a_passkey_is_asked_for_alone(browser: Browser, shopper: User) -> None:
    device, pkce = with_passkey(shopper, acting=session_of(shopper)), Pkce()
    age(shopper, LONG_AGO)
    browser.visited.clear()
    page = ask(browser, pkce, acr_values="phr")
    claims = told(browser.submit(page, **sign(device, page)), pkce)
    assert steps(browser) == {"passkey"}
    assert claims["acr"] == "phr"


def test_a_role_that_asks_for_more_by_now_is_met_the_same_way(browser: Browser, app: TotpAuthenticator) -> None:
    User.objects.filter(pk=app.user_id).update(role=Role.VENDOR)
    page = ask(browser, acr_values="aal1")
    assert at(browser) == "authenticator-app"
    assert kind_of(browser.submit(page, code=code_of(app))) == "code"


@pytest.mark.spec("OIDC Core", "5.5.1.1")
def test_without_a_page_nobody_is_raised(browser: Browser, app: TotpAuthenticator) -> None:
    assert kind_of(ask(browser, prompt="none", claims=ESSENTIAL)) == "login_required"


# --- What the session says afterwards -----------------------------------------------------------------------------------
@pytest.mark.spec("OIDC Core", "2")
def test_what_rests_on_an_old_password_is_as_old_as_the_password(browser: Browser, app: TotpAuthenticator) -> None:
    age(app.user, LONG_AGO)
    before, pkce = session_of(app.user), Pkce()
    claims = told(browser.submit(ask(browser, pkce), code=code_of(app)), pkce)
    after = session_of(app.user)
    assert claims["auth_time"] == int(before.auth_time.timestamp())
    assert (after.auth_time, after.expires_at, after.created_at) == (before.auth_time, before.expires_at, before.created_at)
    # Whoever wants a recent sign-in gets a new one, the password included.
    ask(browser, max_age="600")
    assert at(browser) == "identifier"


@pytest.mark.spec("OIDC Core", "2")
def test_a_passkey_that_checked_its_owner_is_a_sign_in_of_its_own(browser: Browser, shopper: User) -> None:
    device, pkce = with_passkey(shopper, acting=session_of(shopper)), Pkce()
    age(shopper, LONG_AGO)
    before = session_of(shopper)
    page = ask(browser, pkce)
    claims = told(browser.submit(page, **sign(device, page)), pkce)
    assert (claims["acr"], set(claims["amr"])) == ("phr", {"hwk", "user", "mfa"})
    assert claims["auth_time"] >= int(before.auth_time.timestamp()) + LONG_AGO
    assert claims["sid"] == str(before.pk)


def test_a_passkey_that_did_not_check_leans_on_the_password(browser: Browser, shopper: User) -> None:
    device, pkce = with_passkey(shopper, acting=session_of(shopper)), Pkce()
    device.flags = 0x01
    age(shopper, LONG_AGO)
    page = ask(browser, pkce)
    claims = told(browser.submit(page, **sign(device, page)), pkce)
    assert (claims["acr"], claims["amr"]) == ("aal2", ["pwd", "hwk", "user"])
    assert claims["auth_time"] == int(session_of(shopper).auth_time.timestamp())


@pytest.mark.spec("OWASP ASVS 5.0", "7.2.4")
def test_the_session_key_is_new_and_the_tokens_of_before_are_as_they_were(browser: Browser, app: TotpAuthenticator) -> None:
    before, key = obtain_tokens(browser, SPA), browser.http.cookies["idp_session"].value
    browser.submit(ask(browser), code=code_of(app))
    assert browser.http.cookies["idp_session"].value != key
    answer = introspect(BACKEND, before["access_token"])
    assert (answer["active"], answer["acr"]) == (True, "aal1")


# --- Where the session does not count -----------------------------------------------------------------------------------
@pytest.mark.parametrize("asked", [{"prompt": "login"}, {"prompt": "select_account"}, {"max_age": "0"}, {"max_age": "1800"}])
@pytest.mark.spec("OIDC Core", "3.1.2.1")
def test_who_wants_a_new_sign_in_gets_all_of_it(browser: Browser, app: TotpAuthenticator, asked: dict[str, str]) -> None:
    age(app.user, 1801)
    page = ask(browser, **asked)
    assert at(browser) == "identifier"
    browser.submit(browser.submit(page, username="ada@example.com"), password=PASSWORD)
    assert at(browser) == "authenticator-app"


@pytest.mark.spec("OIDC Core", "3.1.2.1")
def test_proofs_that_grow_too_old_on_the_way_count_no_more(
    browser: Browser, app: TotpAuthenticator, time_machine: TimeMachineFixture
) -> None:
    age(app.user, 1500)
    page = ask(browser, max_age="1800")
    assert at(browser) == "authenticator-app"
    time_machine.move_to(clock.now() + clock.seconds(301), tick=False)
    browser.submit(page, code=code_of(app))
    assert at(browser) == "identifier"
    assert session_of(app.user).acr == "aal1"


def test_a_sign_in_that_is_young_enough_counts_and_stays_within_the_age(browser: Browser, app: TotpAuthenticator) -> None:
    age(app.user, 1500)
    pkce = Pkce()
    claims = told(browser.submit(ask(browser, pkce, max_age="1800"), code=code_of(app)), pkce)
    assert claims["auth_time"] == int(session_of(app.user).auth_time.timestamp())


def test_another_account_begins_with_nothing(browser: Browser, app: TotpAuthenticator, make_user: Callable[..., User]) -> None:
    bola = make_user(email="bola@example.com")
    ask(browser)
    first = browser.open(f"{browser.address.rpartition('/')[0]}/identifier?restart=1")
    browser.submit(browser.submit(first, username="bola@example.com"), password=PASSWORD)
    # She has no app yet, and is led to one; what Ada proved is no proof of hers.
    assert at(browser) == "set-up"
    assert not SsoSession.objects.filter(user=bola).exists()


def test_what_the_session_showed_is_worth_nothing_once_it_was_taken_away(browser: Browser, app: TotpAuthenticator) -> None:
    browser.submit(ask(browser), code=code_of(unspent(app)))
    session = session_of(app.user)
    remove_app(user_id=app.user_id, authenticator_id=app.pk, acting_sid=session.pk)
    device = with_passkey(app.user, acting=session)
    page = ask(browser, acr_values="phr")
    assert at(browser) == "password"
    page = browser.submit(page, password=PASSWORD)
    assert kind_of(browser.submit(page, **sign(device, page))) == "code"


def test_a_password_changed_since_then_is_asked_for(browser: Browser, app: TotpAuthenticator) -> None:
    User.objects.filter(pk=app.user_id).update(password="another hash")
    ask(browser)
    assert at(browser) == "password"


def test_a_session_of_an_older_release_says_too_little(browser: Browser, app: TotpAuthenticator) -> None:
    SsoSession.objects.update(password_mark="", factors=[])
    ask(browser)
    assert at(browser) == "password"


# --- Adding a factor ----------------------------------------------------------------------------------------------------
@pytest.mark.spec("OWASP ASVS 5.0", "7.5.1")
@pytest.mark.parametrize(("acr", "step"), [("aal2", "set-up"), ("phr", "set-up-passkey")])
def test_whoever_has_no_factor_adds_one_with_a_recent_sign_in_only(browser: Browser, shopper: User, acr: str, step: str) -> None:
    ask(browser, acr_values=acr)
    assert at(browser) == step
    age(shopper, LONG_AGO)
    page = ask(browser, acr_values=acr)
    assert at(browser) == "password"
    browser.submit(page, password=PASSWORD)
    assert at(browser) == step


@pytest.mark.spec("OWASP ASVS 5.0", "7.4.3")
def test_the_session_that_adds_a_factor_on_the_way_goes_on_and_others_end(browser: Browser, shopper: User) -> None:
    before, elsewhere, pkce = session_of(shopper), signed_in(shopper), Pkce()
    page = ask(browser, pkce, acr_values="phr")
    options = options_on(page.content.decode())
    kept = browser.submit(page, credential=json.dumps(new_device().make(options)))
    claims = told(browser.submit(kept), pkce)
    # The new passkey shows as much as the password that let it in, and is as old.
    assert (claims["acr"], claims["sid"]) == ("phr", str(before.pk))
    assert claims["auth_time"] == int(before.auth_time.timestamp())
    assert kind_of(elsewhere.open(SPA.authorize_url(Pkce(), prompt="none"))) == "login_required"


@pytest.mark.spec("OWASP ASVS 5.0", "7.5.1")
def test_an_old_session_gets_a_lost_factor_replaced_by_way_of_the_password_alone(
    browser: Browser, app: TotpAuthenticator
) -> None:
    codes = regenerate(user_id=app.user_id)
    age(app.user, LONG_AGO)
    page = ask(browser)
    uid = browser.address.rpartition("/")[0]
    assert f"{uid}/password" in page_of(page).links
    assert f"{uid}/recovery-code" not in page_of(page).links
    browser.open(f"{uid}/recovery-code")
    assert at(browser) == "authenticator-app"
    browser.submit(browser.open(f"{uid}/password"), password=PASSWORD)
    assert at(browser) == "authenticator-app"
    browser.submit(browser.open(f"{uid}/recovery-code"), code=codes[0])
    assert at(browser) == "set-up"


# --- What happened meanwhile --------------------------------------------------------------------------------------------
@pytest.mark.spec("OWASP ASVS 5.0", "7.4.1")
def test_a_session_that_was_ended_is_not_raised(browser: Browser, app: TotpAuthenticator) -> None:
    page, sid = ask(browser), session_of(app.user).pk
    end_session(sid=sid, reason=EndReason.LOGOUT)
    browser.submit(page, code=code_of(app))
    assert at(browser) == "identifier"
    assert SsoSession.objects.get().acr == "aal1"


@pytest.mark.spec("OWASP ASVS 5.0", "7.4.2")
def test_a_disabled_account_is_not_raised(browser: Browser, app: TotpAuthenticator) -> None:
    page = ask(browser)
    set_active(user_id=app.user_id, active=False)
    browser.submit(page, code=code_of(app))
    assert at(browser) == "identifier"
    assert not SsoSession.objects.filter(ended_at=None).exists()


def test_another_browser_with_the_same_session_has_no_part_in_it(browser: Browser, app: TotpAuthenticator) -> None:
    ask(browser)
    thief = Browser()
    thief.http.cookies["idp_session"] = browser.http.cookies["idp_session"].value
    assert thief.http.get(browser.address).status_code == 403
    # Nor does a browser that took the address along, and no session.
    other = Browser()
    other.http.cookies["idp_browser"] = browser.http.cookies["idp_browser"].value
    other.open(browser.address)
    assert at(other) == "identifier"


def test_another_tab_that_was_faster_leaves_nothing_to_ask(browser: Browser, app: TotpAuthenticator) -> None:
    ask(browser)
    left = browser.address
    browser.submit(ask(browser), code=code_of(app))
    assert session_of(app.user).acr == "aal2"
    assert kind_of(browser.open(left)) == "code"


def test_a_new_sign_in_of_the_same_session_is_what_counts_from_then_on(browser: Browser, app: TotpAuthenticator) -> None:
    ask(browser)
    left, started = browser.address, session_of(app.user)
    SsoSession.objects.filter(pk=started.pk).update(login_uid="of another sign-in")
    browser.open(left)
    assert at(browser) == "identifier"


def test_wrong_codes_are_refused_and_change_nothing(browser: Browser, app: TotpAuthenticator) -> None:
    page = ask(browser)
    refused = browser.submit(page, code="000000")
    assert (refused.status_code, at(browser)) == (401, "authenticator-app")
    assert session_of(app.user).acr == "aal1"
    assert kind_of(browser.submit(refused, code=code_of(app))) == "code"


def test_the_box_of_a_remembered_device_is_not_offered(browser: Browser, app: TotpAuthenticator) -> None:
    page = ask(browser)
    assert "id_remember" not in page_of(page).texts
    browser.submit(page, code=code_of(app), remember="1")
    assert "idp_device" not in browser.http.cookies
