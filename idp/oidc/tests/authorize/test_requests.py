"""What a request is refused for: shown while nobody is trusted, sent back with `state` and `iss` afterwards."""

from urllib.parse import urlencode

import pytest
from django.test import Client as HttpClient
from pytest_django.fixtures import Settings

from idp.tests.journey import Answer, Browser, Pkce, answer_of, page_of
from idp.tests.parties import FORM, MOBILE, NO_PKCE, SPA, WEB, Party

ISSUER = "http://localhost:8000"
S256 = "S256"


def ask(party: Party, **overrides: str | None) -> Answer:
    answer: Answer = HttpClient().get(party.authorize_url(Pkce(), **overrides))
    return answer


def assert_sent_back(answer: Answer, error: str, party: Party = SPA) -> dict[str, str]:
    """The error reached the client, with `state` and `iss`, and nothing that RFC 6749 does not name."""
    assert answer.status_code == 303, answer.content
    assert answer["Location"].startswith(party.redirect_uri + "?")
    members = answer_of(answer["Location"])
    assert members["error"] == error, members
    assert set(members) == {"error", "error_description", "state", "iss"}
    assert (members["state"], members["iss"]) == ("af0ifjsldkj", ISSUER)
    assert not set('"\\\r\n\t') & set(members["error_description"])
    return members


# --- Shown --------------------------------------------------------------------------------------------------------------
@pytest.mark.spec("RFC 6749", "2.2")
@pytest.mark.parametrize("client_id", ["nobody", "DEMO-SPA", "demo-spa ", "", "demo-spa'--", "x" * 5000, "disabled-web"])
def test_an_unknown_or_disabled_client_is_shown(clients: None, client_id: str) -> None:
    answer = ask(SPA, client_id=client_id)
    assert (answer.status_code, page_of(answer).texts["error-code"]) == (400, "unknown_client")
    assert "Location" not in answer


@pytest.mark.spec("RFC 6749", "3.1")
@pytest.mark.parametrize("name", ["client_id", "redirect_uri", "state", "scope", "nonce", "code_challenge", "anything"])
def test_a_parameter_sent_twice_is_shown(clients: None, name: str) -> None:
    answer = HttpClient().get(SPA.authorize_url(Pkce(), anything="1") + f"&{name}=again")
    assert (answer.status_code, page_of(answer).texts["error-code"]) == (400, "invalid_request")


@pytest.mark.spec("RFC 9700", "4.11.2")
@pytest.mark.parametrize(
    "bad", [{"prompt": "none"}, {"scope": "nonsense"}, {"response_type": "token"}, {"code_challenge": None}, {"max_age": "x"}]
)
def test_nothing_leaves_before_client_and_address_are_proven(clients: None, bad: dict[str, str | None]) -> None:
    elsewhere = {"redirect_uri": "https://evil.example/cb"}
    for untrusted in (elsewhere, {"client_id": "nobody"}, {"client_id": "nobody", **elsewhere}):
        answer = ask(SPA, **{**bad, **untrusted})
        assert answer.status_code == 400
        assert "Location" not in answer
        assert b"evil.example" not in answer.content


@pytest.mark.parametrize("value", ["a\0b", "x" * 8193, "x" * 65536])
def test_a_parameter_nobody_could_store_is_shown(clients: None, value: str) -> None:
    for name in ("state", "nonce", "client_id", "scope", "id_token_hint"):
        answer = ask(SPA, **{name: value})
        assert (answer.status_code, page_of(answer).texts["error-code"]) == (400, "invalid_request")


@pytest.mark.parametrize("length", [2049, 8192, 65536])
def test_a_state_too_long_to_keep_is_shown(clients: None, length: int) -> None:
    for overrides in ({}, {"client_id": "nobody"}):
        answer = ask(SPA, state="x" * length, **overrides)
        assert (answer.status_code, page_of(answer).texts["error-code"]) == (400, "invalid_request")
        assert "Location" not in answer
    if length <= 8192:
        assert "state" in page_of(answer).texts["error-message"]


def test_our_page_repeats_no_name_the_sender_made_up(clients: None) -> None:
    call = "Call +234 800 000 now"
    answer = HttpClient().get(SPA.authorize_url(Pkce(), **{call: "1"}) + "&" + urlencode({call: "2"}))
    assert answer.status_code == 400
    assert "twice" in page_of(answer).texts["error-message"]
    assert call not in page_of(answer).text
    both = HttpClient().get(SPA.authorize_url(Pkce(), **{call: "1"}) + "&" + urlencode({call: "2", "state": "again"}))
    assert page_of(both).texts["error-message"] == "These parameters were sent twice: state."


def test_a_body_that_is_no_form_is_shown(clients: None) -> None:
    answer = HttpClient().post("/oauth2/authorize", {"client_id": "demo-spa"}, content_type="application/json")
    assert (answer.status_code, page_of(answer).texts["error-code"]) == (400, "invalid_request")


@pytest.mark.parametrize("method", ["put", "delete", "patch", "head"])
def test_other_methods_are_refused(clients: None, method: str) -> None:
    answer: Answer = getattr(HttpClient(), method)(SPA.authorize_url(Pkce()))
    assert answer.status_code == 405
    assert answer["Allow"] == "GET, POST"


# --- Sent back ----------------------------------------------------------------------------------------------------------
@pytest.mark.spec("RFC 9207", "2")
@pytest.mark.spec("RFC 6749", "4.1.2.1")
@pytest.mark.parametrize(
    ("overrides", "error"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "id_token"}, "unsupported_response_type"),
        ({"response_type": "code token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_type": "CODE"}, "unsupported_response_type"),
        ({"response_type": "none"}, "unsupported_response_type"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"response_mode": "FORM_POST"}, "invalid_request"),
        ({"response_mode": "query form_post"}, "invalid_request"),
        ({"response_mode": "jwt"}, "invalid_request"),
        ({"request": "eyJhbGciOiJub25lIn0.e30."}, "request_not_supported"),
        ({"request_uri": "http://127.0.0.1:1/r"}, "request_uri_not_supported"),
        ({"registration": "{}"}, "registration_not_supported"),
        ({"scope": None}, "invalid_scope"),
        ({"scope": "nonsense"}, "invalid_scope"),
        ({"scope": "openid admin"}, "invalid_scope"),
        ({"scope": "openid wallet"}, "invalid_scope"),
        ({"prompt": "create none"}, "invalid_request"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"prompt": "none consent"}, "invalid_request"),
        ({"prompt": "none select_account"}, "invalid_request"),
        ({"prompt": "Login"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"max_age": "1.5"}, "invalid_request"),
        ({"max_age": "abc"}, "invalid_request"),
        ({"max_age": "\u0661"}, "invalid_request"),
        ({"max_age": "1" * 11}, "invalid_request"),
        ({"id_token_hint": "nonsense"}, "invalid_request"),
        ({"resource": "https://elsewhere.example"}, "invalid_target"),
        ({"resource": "http://localhost:8001#f"}, "invalid_target"),
        ({"resource": "orders"}, "invalid_target"),
        ({"nonce": "n" * 1025}, "invalid_request"),
    ],
)  # fmt: skip
@pytest.mark.spec("OIDC Core", "6")
def test_a_bad_request_goes_back_to_the_client(clients: None, overrides: dict[str, str | None], error: str) -> None:
    assert_sent_back(ask(SPA, **overrides), error)


@pytest.mark.spec("RFC 7636", "4.3")
@pytest.mark.spec("RFC 9700", "2.1.1")
@pytest.mark.parametrize(
    "sent",
    [
        {"code_challenge": None},
        {"code_challenge": None, "code_challenge_method": None},
        {"code_challenge_method": None},
        {"code_challenge_method": "plain"},
        {"code_challenge_method": "s256"},
        {"code_challenge": "a" * 42},
        {"code_challenge": "a" * 44},
        {"code_challenge": "a" * 128},
        {"code_challenge": "short"},
        {"code_challenge": "a" * 42 + "="},
        {"code_challenge": "a" * 42 + "+"},
        {"code_challenge": "a" * 42 + "\n"},
        {"code_challenge": "\u00e4" * 43},
    ],
)
@pytest.mark.parametrize("party", [SPA, WEB, MOBILE])
def test_pkce_with_s256_is_asked_of_every_client(clients: None, party: Party, sent: dict[str, str | None]) -> None:
    assert_sent_back(ask(party, **sent), "invalid_request", party)


@pytest.mark.spec("RFC 9700", "2.1.1")
def test_a_client_goes_without_pkce_only_where_operator_and_registration_agree(clients: None, settings: Settings) -> None:
    without: dict[str, str | None] = {"code_challenge": None, "code_challenge_method": None}
    assert_sent_back(ask(NO_PKCE, **without), "invalid_request", NO_PKCE)
    settings.IDP_ALLOW_CLIENTS_WITHOUT_PKCE = True
    assert ask(NO_PKCE, **without)["Location"].startswith("/interaction/")
    assert_sent_back(ask(WEB, **without), "invalid_request", WEB)
    # Half of PKCE is a mistake, not an opt-out.
    assert_sent_back(ask(NO_PKCE, code_challenge=None), "invalid_request", NO_PKCE)
    assert_sent_back(ask(NO_PKCE, code_challenge_method=None), "invalid_request", NO_PKCE)


@pytest.mark.spec("RFC 6749", "4.1.2.1")
def test_a_client_without_the_code_grant_has_no_redirect_uri_to_be_answered_at(clients: None) -> None:
    answer = ask(Party("demo-api", "http://localhost:8001"))
    assert page_of(answer).texts["error-code"] == "invalid_redirect_uri"


@pytest.mark.spec("RFC 9700", "2.1.2")
@pytest.mark.spec("OAuth 2.0 Multiple Response Types", "2.1")
def test_an_error_is_answered_in_the_query_whatever_mode_was_asked(clients: None) -> None:
    location = ask(SPA, response_type="token", response_mode="fragment")["Location"]
    assert "#" not in location
    assert answer_of(location)["iss"] == ISSUER


@pytest.mark.spec("RFC 6749", "4.1.2.1")
@pytest.mark.parametrize("state", ["a" * 128, "x" * 2048, "ä ö&=?#%20+\"'<script>", '{"a": [1]}', "a\r\nb"])
def test_state_comes_back_to_the_byte(clients: None, state: str) -> None:
    assert answer_of(ask(SPA, state=state, prompt="x")["Location"])["state"] == state


def test_without_state_none_is_returned(clients: None) -> None:
    assert "state" not in answer_of(ask(SPA, state=None, prompt="x")["Location"])


# --- Accepted -----------------------------------------------------------------------------------------------------------
@pytest.mark.spec("OIDC Core", "3.1.2.1")
@pytest.mark.parametrize(
    "overrides",
    [
        {"unknown": "parameter"}, {"display": "page"}, {"display": "popup"}, {"ui_locales": "se"}, {"claims_locales": "se"},
        {"scope": "orders email openid"}, {"scope": "openid openid email"}, {"scope": "openid something-new"},
        {"login_hint": "buffy@localhost"}, {"login_hint": "\u202eevil"}, {"nonce": None}, {"nonce": "n" * 384},
        {"nonce": "n" * 1024}, {"state": "x" * 2048},
        {"acr_values": "aal1"}, {"response_mode": "query"}, {"resource": "http://localhost:8001"}, {"max_age": "10000"},
        {"response_mode": "", "prompt": "", "max_age": "", "id_token_hint": "", "request": ""},
    ],
)  # fmt: skip
def test_what_is_optional_or_unknown_does_not_stop_a_request(clients: None, overrides: dict[str, str | None]) -> None:
    answer = ask(SPA, **overrides)
    assert answer.status_code == 303
    assert answer["Location"].startswith("/interaction/")
    assert page_of(Browser().open(answer["Location"])).texts.keys() >= {"id_username", "login-submit"}


@pytest.mark.spec("OIDC Core", "3.1.2.1")
def test_a_request_may_be_posted_across_sites(clients: None) -> None:
    query = SPA.authorize_url(Pkce()).partition("?")[2]
    http = HttpClient(enforce_csrf_checks=True, headers={"origin": "https://third.example", "sec-fetch-site": "cross-site"})
    answer = http.post("/oauth2/authorize", query, content_type=FORM)
    assert answer.status_code == 303
    assert answer["Location"].startswith("/interaction/")


@pytest.mark.spec("OIDC Core", "3.1.2.1")
@pytest.mark.parametrize("hint", ["buffy@localhost", '"><script>alert(1)</script>', "' autofocus onfocus=alert(1) ", "x" * 5000])
def test_a_login_hint_fills_the_field_and_is_nothing_but_its_value(clients: None, hint: str) -> None:
    page = Browser().open(SPA.authorize_url(Pkce(), login_hint=hint))
    assert page_of(page).fields["username"] == hint[:254]
    assert b"<script>alert" not in page.content


@pytest.mark.spec("OIDC Initiating User Registration", "4.1")
@pytest.mark.parametrize("value", ["create none", "register", "Call +234 800 000 now", "<b>", "none\u00a0login"])
def test_a_prompt_we_do_not_speak_is_refused_and_never_repeated(clients: None, value: str) -> None:
    said = assert_sent_back(ask(SPA, prompt=value), "invalid_request")["error_description"]
    assert said.startswith("prompt")
    assert not {"Call", "+234", "<b>", "\u00a0"} & set(said.split())


def test_a_posted_request_is_read_from_its_body_only(clients: None) -> None:
    answer = HttpClient().post(SPA.authorize_url(Pkce()), urlencode({"scope": "openid"}), content_type=FORM)
    assert page_of(answer).texts["error-code"] == "unknown_client"


def test_the_authorization_endpoint_sets_no_cookie_and_reads_none_of_a_post(browser: Browser, stranger: Browser) -> None:
    for of in (browser, stranger):
        assert not of.http.get(SPA.authorize_url(Pkce())).cookies
    posted = browser.http.post("/oauth2/authorize", SPA.authorize_url(Pkce()).partition("?")[2], content_type=FORM)
    assert not posted.cookies
    assert "Cookie" not in posted.get("Vary", "")


@pytest.mark.spec("OIDC Core", "11")
def test_offline_access_is_dropped_for_a_client_that_cannot_refresh(browser: Browser) -> None:
    from idp.tests.parties import obtain_tokens

    assert obtain_tokens(browser, SPA, scope="openid offline_access orders")["scope"] == "openid orders"
    assert obtain_tokens(browser, WEB, scope="openid offline_access orders")["scope"] == "openid offline_access orders"
