"""Signing out at a client and here: what proves the wish, where the person ends, and what is dead afterwards."""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from django.test import Client as HttpClient

from idp.accounts.models import User
from idp.login.models import SsoSession
from idp.oidc.jose.signing import sign
from idp.oidc.models import Client
from idp.oidc.tests.fixtures import signed_in
from idp.tests.journey import Answer, Browser, Pkce, answer_of, page_of
from idp.tests.parties import DEMO_API, FORM, SECOND_WEB, SPA, WEB, introspect, obtain_tokens, userinfo

PATH = "/oauth2/logout"
BYE = "http://localhost:5173/"
STATE = "s" * 128


def leave(browser: Browser, **parameters: str) -> Answer:
    return browser.open(f"{PATH}?{urlencode(parameters)}")


def is_signed_in(browser: Browser) -> bool:
    answer = browser.open(SPA.authorize_url(Pkce(), prompt="none"))
    return "code" in answer_of(answer["Location"])


def code_of(answer: Answer) -> str:
    return page_of(answer).texts.get("error-code", "")


# --- Proven by a hint of this session -----------------------------------------------------------------------------------
@pytest.mark.spec("OIDC RP-Initiated Logout", "2")
@pytest.mark.spec("OIDC RP-Initiated Logout", "3")
def test_a_hint_of_this_session_signs_out_at_once_and_returns_with_state_alone(browser: Browser) -> None:
    tokens = obtain_tokens(browser, SPA)
    answer = leave(browser, id_token_hint=tokens["id_token"], post_logout_redirect_uri=BYE, state=STATE, client_id="demo-spa")
    assert (answer.status_code, answer["Location"]) == (303, f"{BYE}?state={STATE}")
    assert not is_signed_in(browser)
    assert introspect(DEMO_API, tokens["access_token"]) == {"active": False}
    assert userinfo(tokens["access_token"]).status_code == 401
    assert SsoSession.objects.get().end_reason == "logout"


@pytest.mark.spec("OIDC RP-Initiated Logout", "3")
def test_without_state_nothing_is_added_and_a_registered_query_is_kept(browser: Browser) -> None:
    tokens = obtain_tokens(browser, WEB)
    with_query = "https://third.example/bye?x=1"
    answer = leave(browser, id_token_hint=tokens["id_token"], post_logout_redirect_uri=with_query)
    assert answer["Location"] == with_query
    again = leave(browser, id_token_hint=tokens["id_token"], post_logout_redirect_uri=with_query, state="a b")
    assert again["Location"] == f"{with_query}&state=a+b"


@pytest.mark.spec("OIDC RP-Initiated Logout", "2")
def test_a_hint_without_an_address_ends_on_our_page(browser: Browser) -> None:
    tokens = obtain_tokens(browser, SPA)
    answer = leave(browser, id_token_hint=tokens["id_token"])
    assert answer.status_code == 200
    assert browser.address == "/oauth2/signed-out"
    assert "signed out" in page_of(answer).text
    assert not is_signed_in(browser)


@pytest.mark.spec("OIDC RP-Initiated Logout", "2")
def test_the_request_may_be_posted_across_sites(browser: Browser) -> None:
    tokens = obtain_tokens(browser, SPA)
    form = urlencode({"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": BYE})
    # A cross-site POST carries no Lax cookie; the GET that follows does.
    answer = HttpClient(enforce_csrf_checks=True, headers={"origin": "https://x.example"}).post(PATH, form, content_type=FORM)
    assert answer.status_code == 303
    assert browser.open(answer["Location"])["Location"] == BYE
    assert not is_signed_in(browser)


def test_repeating_a_logout_is_harmless(browser: Browser) -> None:
    hint = obtain_tokens(browser, SPA)["id_token"]
    for _ in range(3):
        assert leave(browser, id_token_hint=hint, post_logout_redirect_uri=BYE)["Location"] == BYE
    assert SsoSession.objects.get().ended_at is not None


def test_a_stranger_without_a_session_is_sent_on(stranger: Browser) -> None:
    answer = leave(stranger)
    assert (answer.status_code, stranger.address) == (200, "/oauth2/signed-out")


# --- Not proven: the person is asked ------------------------------------------------------------------------------------
@pytest.mark.spec("OIDC RP-Initiated Logout", "6")
@pytest.mark.parametrize(
    "parameters", [{}, {"state": STATE}, {"client_id": "demo-spa"}, {"logout_hint": "ada", "ui_locales": "se"}]
)
def test_without_a_hint_the_person_is_asked_and_ends_on_our_page(browser: Browser, parameters: dict[str, str]) -> None:
    token = obtain_tokens(browser, SPA)["access_token"]
    page = leave(browser, **parameters)
    assert "logout-confirm" in page_of(page).texts
    assert introspect(DEMO_API, token)["active"] is True
    browser.submit(page, decision="logout")
    assert browser.address == "/oauth2/signed-out"
    assert introspect(DEMO_API, token) == {"active": False}


@pytest.mark.spec("ASVS", "3.5.1")
def test_the_confirmation_cannot_be_forged(browser: Browser) -> None:
    leave(browser)
    path = browser.address
    assert code_of(browser.http.post(path, {"decision": "logout"})) == "csrf_failed"
    page = browser.open(path)
    token = page_of(page).fields["csrfmiddlewaretoken"]
    for fields in ({}, {"decision": ""}, {"decision": "allow"}, {"decision": "logout", "x": "y"}):
        assert browser.http.post(path, {**fields, "csrfmiddlewaretoken": token}).status_code == 400
    assert is_signed_in(browser)


def test_a_hint_of_an_older_session_of_the_same_person_asks_and_then_returns(browser: Browser, shopper: User) -> None:
    hint = obtain_tokens(signed_in(shopper), SPA)["id_token"]
    page = leave(browser, id_token_hint=hint, post_logout_redirect_uri=BYE)
    assert "logout-confirm" in page_of(page).texts
    assert browser.submit(page, decision="logout")["Location"] == BYE


@pytest.mark.spec("OIDC RP-Initiated Logout", "2")
def test_a_hint_of_somebody_else_neither_signs_out_nor_chooses_the_way(browser: Browser, make_user: Callable[..., User]) -> None:
    bola = signed_in(make_user(email="bola@example.com"))
    tokens = obtain_tokens(bola, SPA)
    page = leave(browser, id_token_hint=tokens["id_token"], post_logout_redirect_uri=BYE)
    assert "logout-confirm" in page_of(page).texts
    assert introspect(DEMO_API, tokens["access_token"])["active"] is True
    browser.submit(page, decision="logout")
    assert browser.address == "/oauth2/signed-out"
    assert not is_signed_in(browser)
    # Only the person at this browser is signed out.
    assert is_signed_in(bola)


def test_signing_out_here_leaves_the_persons_other_browsers_alone(browser: Browser, shopper: User) -> None:
    other = signed_in(shopper)
    token = obtain_tokens(other, SPA)["access_token"]
    browser.submit(leave(browser), decision="logout")
    assert introspect(DEMO_API, token)["active"] is True
    assert is_signed_in(other)


# --- Refused: an error page, still signed in ----------------------------------------------------------------------------
def refused(browser: Browser, **parameters: str) -> str:
    """The code of the error page; the session stands and nobody is redirected."""
    answer = leave(browser, **parameters)
    assert answer.status_code == 400
    assert "Location" not in answer
    assert is_signed_in(browser)
    return code_of(answer)


@pytest.mark.spec("OIDC RP-Initiated Logout", "3")
@pytest.mark.parametrize(
    "uri",
    [BYE + "?foo=bar", BYE + "x", "http://localhost:5173", "https://evil.example/", "//evil.example", "javascript:alert(1)"],
)
def test_an_address_that_is_not_registered_to_the_letter_is_shown(browser: Browser, uri: str) -> None:
    hint = obtain_tokens(browser, SPA)["id_token"]
    assert refused(browser, id_token_hint=hint, post_logout_redirect_uri=uri) == "invalid_post_logout_redirect_uri"


def test_an_address_of_another_client_is_shown(browser: Browser) -> None:
    hint = obtain_tokens(browser, SPA)["id_token"]
    uri = "https://second.example/bye"
    assert refused(browser, id_token_hint=hint, post_logout_redirect_uri=uri) == "invalid_post_logout_redirect_uri"
    code = refused(browser, id_token_hint=hint, post_logout_redirect_uri=uri, client_id=SECOND_WEB.client_id)
    assert code == "invalid_request"


@pytest.mark.spec("OIDC RP-Initiated Logout", "3")
@pytest.mark.parametrize("more", [{}, {"client_id": "demo-spa"}])
def test_an_address_without_a_hint_is_shown(browser: Browser, more: dict[str, str]) -> None:
    assert refused(browser, post_logout_redirect_uri=BYE, **more) == "invalid_request"


@pytest.mark.spec("OIDC RP-Initiated Logout", "4")
def test_a_hint_that_is_not_ours_is_shown(browser: Browser) -> None:
    from idp.oidc.tests.jose.test_hints import b64

    head, body, signature = obtain_tokens(browser, SPA)["id_token"].split(".")
    sid = str(SsoSession.objects.get().pk)
    claims = {"iss": "http://localhost:8000", "sub": "x", "aud": "demo-spa", "sid": sid}
    for hint in (
        f"{b64({'alg': 'none'})}.{body}.",
        f"{head}.{body}.{signature[:-4]}AAAA",
        "nonsense",
        sign(claims, algorithm="ES256", typ="logout+jwt"),
        sign({**claims, "iss": "https://evil.example"}, algorithm="ES256", typ="JWT"),
    ):
        assert refused(browser, id_token_hint=hint, post_logout_redirect_uri=BYE) == "invalid_id_token_hint"


def test_an_unknown_or_disabled_client_is_shown(browser: Browser) -> None:
    hint = obtain_tokens(browser, WEB)["id_token"]
    assert refused(browser, client_id="nobody") == "unknown_client"
    assert refused(browser, client_id="a\0b") == "unknown_client"
    Client.objects.filter(client_id="third-web").update(enabled=False)
    assert refused(browser, id_token_hint=hint) == "unknown_client"


def test_a_parameter_sent_twice_or_another_body_is_shown(browser: Browser) -> None:
    assert code_of(browser.open(f"{PATH}?state=a&state=b")) == "invalid_request"
    answer = HttpClient().post(PATH, "{}", content_type="application/json")
    assert (answer.status_code, code_of(answer)) == (400, "invalid_request")
    assert HttpClient().put(PATH).status_code == 405


def test_an_expired_or_invented_sign_out_page_says_so(browser: Browser) -> None:
    answer = browser.http.get(f"{PATH}/{'A' * 43}")
    assert (answer.status_code, code_of(answer)) == (410, "logout_expired")
    assert browser.http.get(f"{PATH}/x").status_code == 404
    assert is_signed_in(browser)
