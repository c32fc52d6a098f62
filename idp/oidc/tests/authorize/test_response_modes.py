"""Answers in the query and answers posted by a form, refusals included (OAuth 2.0 Form Post Response Mode)."""

import pytest
from django.test import Client as HttpClient

from idp.accounts.models import User
from idp.tests.journey import Answer, Browser, Pkce, answer_of, page_of
from idp.tests.parties import NATIVE, SPA, WEB, Party, json_of

ISSUER = "http://localhost:8000"
FORM_POST = pytest.mark.spec("OAuth 2.0 Form Post Response Mode", "2")


def posted(answer: Answer, party: Party = SPA) -> dict[str, str]:
    """The members a form-post page sends to the client, once the page is as it has to be."""
    assert answer.status_code == 200, answer.content
    page = page_of(answer)
    assert page.action == party.redirect_uri
    assert "form-post-continue" in page.texts
    # Our own anti-forgery token is nobody else's business.
    assert "csrfmiddlewaretoken" not in page.fields
    assert "Location" not in answer
    assert answer["Cache-Control"] == "no-store"
    policy = answer["Content-Security-Policy"]
    assert "form-action" not in policy
    assert "script-src 'self';" in policy
    assert b'<script src="/static/islands/form-post.js" defer></script>' in answer.content
    return page.fields


@FORM_POST
@pytest.mark.spec("RFC 9207", "2")
def test_a_code_is_posted_with_state_and_issuer_and_redeemed(browser: Browser) -> None:
    pkce = Pkce()
    members = posted(browser.open(SPA.authorize_url(pkce, response_mode="form_post")))
    assert set(members) == {"code", "state", "iss"}
    assert (members["state"], members["iss"]) == ("af0ifjsldkj", ISSUER)
    assert json_of(SPA.exchange(members["code"], pkce))["access_token"]


@FORM_POST
def test_a_code_after_sign_in_and_consent_is_posted_too(stranger: Browser, shopper: User) -> None:
    page = stranger.sign_in(stranger.open(WEB.authorize_url(Pkce(), response_mode="form_post")), username=str(shopper.email))
    members = posted(stranger.submit(page, decision="allow"), WEB)
    assert set(members) == {"code", "state", "iss"}


@FORM_POST
@pytest.mark.parametrize(
    ("overrides", "error"),
    [
        ({"scope": "openid admin"}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"request": "x"}, "request_not_supported"),
        ({"code_challenge": None}, "invalid_request"),
    ],
)
def test_a_refused_request_is_posted(clients: None, overrides: dict[str, str | None], error: str) -> None:
    members = posted(HttpClient().get(SPA.authorize_url(Pkce(), response_mode="form_post", **overrides)))
    assert set(members) == {"error", "error_description", "state", "iss"}
    assert members["error"] == error


@FORM_POST
def test_silence_and_denial_are_posted(stranger: Browser, browser: Browser) -> None:
    silent = stranger.open(SPA.authorize_url(Pkce(), response_mode="form_post", prompt="none"))
    assert posted(silent)["error"] == "login_required"
    denied = browser.submit(browser.open(WEB.authorize_url(Pkce(), response_mode="form_post")), decision="deny")
    assert posted(denied, WEB)["error"] == "access_denied"


@FORM_POST
@pytest.mark.parametrize(
    "state", ['"><script>alert(1)</script>', "'\" onfocus=alert(1) x=", "&lt;b&gt;", "ä ö &amp; +%20", "x" * 2048]
)
def test_nothing_that_was_sent_becomes_markup(browser: Browser, state: str) -> None:
    answer = browser.open(SPA.authorize_url(Pkce(), response_mode="form_post", state=state))
    assert posted(answer)["state"] == state
    assert b"<script>" not in answer.content
    assert answer.content.count(b"<input") == 3


@FORM_POST
def test_the_query_of_a_registered_address_is_kept(browser: Browser) -> None:
    party = WEB.at("https://third.example/cb?keep=1")
    page = browser.open(party.authorize_url(Pkce(), response_mode="form_post", prompt="none"))
    assert posted(page, party)["error"] == "consent_required"


def test_an_address_no_form_can_be_posted_to_is_answered_in_the_query(clients: None) -> None:
    answer = HttpClient().get(NATIVE.at("com.example.app:/cb").authorize_url(Pkce(), response_mode="form_post"))
    assert answer.status_code == 303
    assert answer["Location"].startswith("com.example.app:/cb?")
    assert answer_of(answer["Location"])["error"] == "invalid_request"


@pytest.mark.spec("OAuth 2.0 Multiple Response Types", "2.1")
def test_the_query_is_the_mode_of_whoever_asks_for_none(browser: Browser) -> None:
    for mode in (None, "", "query"):
        answer = browser.open(SPA.authorize_url(Pkce(), response_mode=mode))
        assert answer.status_code == 303
        assert set(answer_of(answer["Location"])) == {"code", "state", "iss"}


@FORM_POST
def test_a_pages_answer_is_given_once(browser: Browser) -> None:
    posted(browser.open(SPA.authorize_url(Pkce(), response_mode="form_post")))
    assert browser.http.get(browser.address).status_code == 410
