"""From "Sign in" at a client to its tokens: who is asked for what, and when nobody is."""

from collections.abc import Callable

import pytest
import time_machine

from idp.accounts.models import User
from idp.login.models import SsoSession
from idp.oidc.tests.fixtures import signed_in
from idp.tests.journey import PASSWORD, Answer, Browser, Pkce, answer_of, page_of
from idp.tests.parties import (
    BACKEND,
    DEMO_API,
    MOBILE,
    NATIVE,
    POST_WEB,
    RESOURCE_SERVER,
    SECOND_WEB,
    SPA,
    WEB,
    Party,
    introspect,
    json_of,
    obtain_tokens,
    userinfo,
)

ISSUER = "http://localhost:8000"


def silently(browser: Browser, party: Party, **overrides: str | None) -> dict[str, str]:
    """The answer to prompt=none; no page is shown on the way."""
    answer = browser.open(party.authorize_url(Pkce(), prompt="none", **overrides))
    assert answer.status_code == 303
    members = answer_of(answer["Location"])
    assert members["iss"] == ISSUER
    assert members["state"] == "af0ifjsldkj"
    return members


def is_login(answer: Answer) -> bool:
    return answer.status_code == 200 and "id_username" in page_of(answer).texts


def is_consent(answer: Answer) -> bool:
    return answer.status_code == 200 and "consent-allow" in page_of(answer).texts


# --- The main journey ---------------------------------------------------------------------------------------------------
@pytest.mark.spec("OIDC Core", "3.1.2.5")
@pytest.mark.spec("RFC 9207", "2")
def test_a_shopper_signs_in_and_the_backend_sees_who_it_is(stranger: Browser, shopper: User) -> None:
    pkce = Pkce()
    page = stranger.open(SPA.authorize_url(pkce))
    assert page_of(page).texts.keys() >= {"id_username", "login-submit"}
    answer = stranger.sign_in(page, username=str(shopper.email))
    members = answer_of(answer["Location"])
    assert answer["Location"].startswith(SPA.redirect_uri + "?")
    assert set(members) == {"code", "state", "iss"}
    assert (members["state"], members["iss"]) == ("af0ifjsldkj", ISSUER)

    tokens = json_of(SPA.exchange(members["code"], pkce))
    assert set(tokens) == {"access_token", "token_type", "expires_in", "scope", "id_token"}
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 600)
    seen = introspect(DEMO_API, tokens["access_token"])
    assert (seen["sub"], seen["client_id"], seen["username"]) == (str(shopper.pk), "demo-spa", shopper.email)
    assert json_of(userinfo(tokens["access_token"]))["sub"] == str(shopper.pk)


def test_a_phone_number_signs_in_as_well(stranger: Browser, shopper: User) -> None:
    answer = stranger.sign_in(stranger.open(SPA.authorize_url(Pkce())), username="0803 123 4567")
    assert "code" in answer_of(answer["Location"])


def test_a_wrong_password_shows_the_same_page_again_and_signs_nobody_in(stranger: Browser, shopper: User) -> None:
    answer = stranger.sign_in(stranger.open(SPA.authorize_url(Pkce())), username=str(shopper.email), password="wrong")
    assert answer.status_code == 401
    assert "id_password" in page_of(answer).texts
    assert not SsoSession.objects.exists()
    assert "code" in answer_of(stranger.submit(answer, password=PASSWORD)["Location"])


@pytest.mark.spec("RFC 9700", "4.12")
@pytest.mark.parametrize("party", [SPA, POST_WEB, SECOND_WEB, WEB, MOBILE, NATIVE])
def test_every_redirect_on_the_way_is_a_303(clients: None, shopper: User, party: Party) -> None:
    browser = Browser()
    answer = browser.sign_in(browser.open(party.authorize_url(Pkce())), username=str(shopper.email))
    if is_consent(answer):
        answer = browser.submit(answer, decision="allow")
    assert answer["Location"].startswith(party.redirect_uri)
    assert {status for _address, status in browser.visited} == {200, 303}


def test_no_address_of_ours_holds_anything_personal_or_secret(stranger: Browser, shopper: User) -> None:
    page = stranger.open(WEB.authorize_url(Pkce(), login_hint=shopper.email))
    answer = stranger.submit(stranger.sign_in(page, username=str(shopper.email)), decision="allow")
    assert "code" in answer_of(answer["Location"])
    # The first address is the client's own request.
    ours = " ".join(address for address, _status in stranger.visited[1:])
    cookies = [cookie.value for cookie in stranger.http.cookies.values()]
    for secret in ("ada", "example.com", PASSWORD, "correct", "%40", "?", *cookies):
        assert secret not in ours, secret


# --- Once signed in -----------------------------------------------------------------------------------------------------
def test_the_next_first_party_client_asks_nothing(browser: Browser) -> None:
    for party in (SPA, SECOND_WEB, POST_WEB, MOBILE):
        assert browser.open(party.authorize_url(Pkce()))["Location"].startswith(party.redirect_uri + "?code=")


@pytest.mark.spec("OIDC Core", "3.1.2.6")
def test_prompt_none_succeeds_silently_or_names_what_is_missing(browser: Browser, clients: None, shopper: User) -> None:
    assert silently(Browser(), SPA)["error"] == "login_required"
    assert "code" in silently(browser, SPA)
    assert silently(browser, WEB)["error"] == "consent_required"
    obtain_tokens(browser, WEB)
    assert "code" in silently(browser, WEB)
    assert silently(browser, WEB, scope="openid email orders phone")["error"] == "consent_required"


@pytest.mark.spec("OIDC Core", "3.1.2.6")
def test_prompt_none_never_downgrades_age_or_person(browser: Browser, make_user: Callable[..., User]) -> None:
    bola = make_user(email="bola@example.com")
    hint = obtain_tokens(signed_in(bola), SPA)["id_token"]
    assert silently(browser, SPA, id_token_hint=hint)["error"] == "login_required"
    assert silently(browser, SPA, max_age="0")["error"] == "login_required"
    own = obtain_tokens(browser, SPA)["id_token"]
    assert "code" in silently(browser, SPA, id_token_hint=own)


@pytest.mark.spec("OIDC Core", "3.1.2.1")
def test_prompt_login_asks_again_and_keeps_the_session(browser: Browser) -> None:
    before = SsoSession.objects.get()
    page = browser.open(SPA.authorize_url(Pkce(), prompt="login"))
    assert is_login(page)
    # Going back to the interaction without proving anything leads to the same place.
    assert is_login(browser.open(browser.address))
    answer = browser.sign_in(page, username="ada@example.com")
    assert "code" in answer_of(answer["Location"])
    after = SsoSession.objects.get()
    assert (after.pk, after.auth_time > before.auth_time) == (before.pk, True)


@pytest.mark.spec("OIDC Core", "3.1.2.1")
def test_a_login_of_another_tab_does_not_satisfy_prompt_login(browser: Browser) -> None:
    first = browser.open(SPA.authorize_url(Pkce(), prompt="login"))
    address = browser.address
    second = browser.open(SECOND_WEB.authorize_url(Pkce(), prompt="login"))
    assert "code" in answer_of(browser.sign_in(second, username="ada@example.com")["Location"])
    assert is_login(first)
    assert is_login(browser.open(address.replace("/login/", "/interaction/").rpartition("/")[0]))


@pytest.mark.spec("OIDC Core", "3.1.2.1")
def test_max_age_asks_again_only_when_the_sign_in_is_older(clients: None, shopper: User) -> None:
    with time_machine.travel("2026-11-22 12:00:00+00:00", tick=False) as clock:
        browser = signed_in(shopper)
        clock.shift(100)
        assert "code" in answer_of(browser.open(SPA.authorize_url(Pkce(), max_age="100"))["Location"])
        assert is_login(browser.open(SPA.authorize_url(Pkce(), max_age="99")))
        page = browser.open(SPA.authorize_url(Pkce(), max_age="0"))
        assert is_login(page)
        answer = browser.sign_in(page, username="ada@example.com")
        assert "code" in answer_of(answer["Location"])


@pytest.mark.spec("OIDC Core", "3.1.2.1")
def test_a_hint_of_another_person_asks_once_who_it_is_and_issues_for_nobody_else(
    browser: Browser, make_user: Callable[..., User]
) -> None:
    bola = make_user(email="bola@example.com")
    hint = obtain_tokens(signed_in(bola), SPA)["id_token"]
    page = browser.open(SPA.authorize_url(Pkce(), id_token_hint=hint))
    assert is_login(page)
    # Ada insists on being Ada: not whom the client asked for, and asking again would never end.
    refused = answer_of(browser.sign_in(page, username="ada@example.com")["Location"])
    assert refused["error"] == "login_required"
    assert "code" not in refused
    page = browser.open(SPA.authorize_url(Pkce(), id_token_hint=hint))
    assert "code" in answer_of(browser.sign_in(page, username="bola@example.com")["Location"])


def test_another_person_signing_in_ends_the_first_ones_session(browser: Browser, make_user: Callable[..., User]) -> None:
    make_user(email="bola@example.com")
    token = obtain_tokens(browser, SPA)["access_token"]
    browser.sign_in(browser.open(SPA.authorize_url(Pkce(), prompt="login")), username="bola@example.com")
    assert introspect(DEMO_API, token) == {"active": False}


@pytest.mark.parametrize("hint", ["buffy@localhost", "+2348031234567", "<script>", "x" * 300])
def test_a_login_hint_fills_the_field_and_proves_nothing(stranger: Browser, shopper: User, hint: str) -> None:
    page = stranger.open(SPA.authorize_url(Pkce(), login_hint=hint))
    assert is_login(page)
    assert page_of(page).fields["username"] == hint[:254]
    assert b"<script>alert" not in page.content
    assert "code" in answer_of(stranger.sign_in(page, username=str(shopper.email))["Location"])


# --- Whose token is it --------------------------------------------------------------------------------------------------
@pytest.mark.spec("RFC 7662", "4")
def test_a_token_is_live_for_its_own_client_and_its_audience_only(browser: Browser) -> None:
    token = obtain_tokens(browser, WEB)["access_token"]
    for entitled in (WEB, RESOURCE_SERVER, BACKEND):
        assert introspect(entitled, token)["active"] is True
    for other in (DEMO_API, SECOND_WEB):
        assert introspect(other, token) == {"active": False}


@pytest.mark.spec("OIDC Dynamic Registration", "2")
def test_a_registered_default_max_age_holds_where_the_request_says_nothing(clients: None, shopper: User) -> None:
    from idp.oidc.models import Client

    Client.objects.filter(client_id="demo-spa").update(default_max_age=60)
    with time_machine.travel("2026-11-22 12:00:00+00:00", tick=False) as clock:
        browser = signed_in(shopper)
        clock.shift(61)
        assert silently(browser, SPA)["error"] == "login_required"
        assert "code" in silently(browser, SPA, max_age="100")
