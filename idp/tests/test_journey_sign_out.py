"""Signing out at a client and here: what proves the wish, where the person ends, and what is dead afterwards."""

import datetime as dt
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from django.test import Client as HttpClient
from time_machine import TimeMachineFixture

from idp.accounts.models import User
from idp.core.ratelimit import AddressLimit
from idp.login.models import SsoSession
from idp.oidc.endpoints import end_session, logout_request
from idp.oidc.jose.signing import signer
from idp.oidc.models import Client, SigningKey
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


@pytest.mark.spec("OWASP ASVS 5.0", "14.3.1")
def test_the_browser_forgets_our_pages_when_the_session_ends_and_not_before(browser: Browser) -> None:
    page = leave(browser)
    assert not page.has_header("Clear-Site-Data")
    token = page_of(page).fields["csrfmiddlewaretoken"]
    answer = browser.http.post(browser.address, {"csrfmiddlewaretoken": token, "decision": "logout"})
    assert answer["Clear-Site-Data"] == '"cache"'


def test_repeating_a_logout_is_harmless(browser: Browser) -> None:
    hint = obtain_tokens(browser, SPA)["id_token"]
    for _ in range(3):
        assert leave(browser, id_token_hint=hint, post_logout_redirect_uri=BYE)["Location"] == BYE
    assert SsoSession.objects.get().ended_at is not None


def test_a_stranger_without_a_session_is_sent_on(stranger: Browser) -> None:
    answer = leave(stranger)
    assert (answer.status_code, stranger.address) == (200, "/oauth2/signed-out")


@pytest.mark.spec("OIDC RP-Initiated Logout", "2")
def test_an_expired_hint_is_still_a_proof_and_further_parameters_are_taken(
    browser: Browser, time_machine: TimeMachineFixture
) -> None:
    hint = obtain_tokens(browser, SPA)["id_token"]
    time_machine.move_to(dt.datetime.now(tz=dt.UTC) + dt.timedelta(hours=1))
    more = {"logout_hint": "ada@example.com", "ui_locales": "se fr-CA", "unknown": "x"}
    answer = leave(browser, id_token_hint=hint, post_logout_redirect_uri=BYE, state=STATE, **more)
    assert answer["Location"] == f"{BYE}?state={STATE}"
    silent = browser.open(SPA.authorize_url(Pkce(), prompt="none"))
    assert answer_of(silent["Location"])["error"] == "login_required"


@pytest.mark.spec("OIDC RP-Initiated Logout", "4")
@pytest.mark.parametrize(("state", "proves"), [("retiring", True), ("next", True), ("gone", False)])
def test_any_published_key_proves_a_hint_and_no_other(browser: Browser, state: str, proves: bool) -> None:  # noqa: FBT001
    hint = obtain_tokens(browser, SPA)["id_token"]
    SigningKey.objects.filter(algorithm="ES256").update(state=state)
    answer = leave(browser, id_token_hint=hint, post_logout_redirect_uri=BYE)
    assert (answer.get("Location") == BYE) is proves


@pytest.mark.spec("W3C Clear Site Data", "3.1")
def test_the_browser_is_told_to_forget_our_pages_and_keeps_its_cookies(browser: Browser) -> None:
    hint = obtain_tokens(browser, SPA)["id_token"]
    answer = leave(browser, id_token_hint=hint, post_logout_redirect_uri=BYE)
    assert answer["Clear-Site-Data"] == '"cache"'
    # Somebody who was not signed in has nothing to forget.
    assert "Clear-Site-Data" not in leave(browser, id_token_hint=hint, post_logout_redirect_uri=BYE)


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


def assert_asked_and_not_sent_away(browser: Browser, **parameters: str) -> None:
    """The person is asked, keeps the session until they press, and ends on our own page."""
    page = leave(browser, **parameters)
    assert (page.status_code, "logout-confirm" in page_of(page).texts) == (200, True), page.content.decode()
    assert is_signed_in(browser)
    page = leave(browser, **parameters)
    answer = browser.submit(page, decision="logout")
    assert (answer.status_code, browser.address) == (200, "/oauth2/signed-out")
    assert not is_signed_in(browser)


@pytest.mark.spec("OIDC RP-Initiated Logout", "2")
@pytest.mark.spec("OIDC RP-Initiated Logout", "3")
@pytest.mark.parametrize("more", [{}, {"client_id": "demo-spa"}, {"client_id": "demo-spa", "state": STATE}])
def test_a_client_that_lost_its_id_token_can_still_sign_its_person_out(browser: Browser, more: dict[str, str]) -> None:
    assert_asked_and_not_sent_away(browser, post_logout_redirect_uri=BYE, **more)


@pytest.mark.spec("OIDC RP-Initiated Logout", "3")
def test_nobody_is_sent_on_for_an_unproven_client_when_nobody_is_signed_in(stranger: Browser) -> None:
    # Signed by us, yet issued to no client: it proves none.
    nobodys = signer(algorithm="ES256", typ="JWT")({"iss": "http://localhost:8000", "sub": "x"})
    for named in (
        {"client_id": "demo-spa", "post_logout_redirect_uri": BYE},
        {"post_logout_redirect_uri": "https://evil.example/"},
    ):
        for hint in ({}, {"id_token_hint": "nonsense"}, {"id_token_hint": nobodys}):
            answer = leave(stranger, state=STATE, **named, **hint)
            assert (answer.status_code, stranger.address) == (200, "/oauth2/signed-out")


@pytest.mark.spec("OIDC RP-Initiated Logout", "4")
@pytest.mark.parametrize("forged", ["unsigned", "modified", "nonsense", "another kind", "another issuer", "huge"])
def test_a_hint_that_is_not_ours_proves_nothing_and_is_no_dead_end(browser: Browser, forged: str) -> None:
    from idp.oidc.tests.hostile_jose import b64

    head, body, signature = obtain_tokens(browser, SPA)["id_token"].split(".")
    session = SsoSession.objects.get()
    claims = {"iss": "http://localhost:8000", "sub": str(session.user_id), "aud": "demo-spa", "sid": str(session.pk)}
    hint = {
        "unsigned": f"{b64({'alg': 'none'})}.{body}.",
        "modified": f"{head}.{body}.{signature[:-4]}AAAA",
        "nonsense": "nonsense",
        "another kind": signer(algorithm="ES256", typ="logout+jwt")(claims),
        "another issuer": signer(algorithm="ES256", typ="JWT")({**claims, "iss": "https://evil.example"}),
        "huge": "x" * 8000,
    }[forged]
    assert_asked_and_not_sent_away(browser, id_token_hint=hint, post_logout_redirect_uri=BYE, client_id="demo-spa")


@pytest.mark.spec("OWASP ASVS 5.0", "3.5.1")
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


@pytest.mark.spec("OWASP ASVS 5.0", "7.4.3")
def test_the_person_may_sign_out_everywhere_at_once(browser: Browser, shopper: User, make_user: Callable[..., User]) -> None:
    other, bola = signed_in(shopper), signed_in(make_user(email="bola@example.com"))
    token = obtain_tokens(other, SPA)["access_token"]
    page = leave(browser)
    assert "logout-everywhere" in page_of(page).texts
    answer = browser.submit(page, decision="logout_everywhere")
    assert (answer.status_code, browser.address) == (200, "/oauth2/signed-out")
    assert not is_signed_in(browser)
    assert not is_signed_in(other)
    assert introspect(DEMO_API, token) == {"active": False}
    assert is_signed_in(bola)


def test_signing_out_everywhere_cannot_be_forged(browser: Browser, shopper: User) -> None:
    other = signed_in(shopper)
    leave(browser)
    assert code_of(browser.http.post(browser.address, {"decision": "logout_everywhere"})) == "csrf_failed"
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


@pytest.mark.parametrize("hint", [{}, {"id_token_hint": "nonsense"}])
def test_an_address_an_unproven_client_did_not_register_is_shown(browser: Browser, hint: dict[str, str]) -> None:
    code = refused(browser, client_id="demo-spa", post_logout_redirect_uri="https://evil.example/", **hint)
    assert code == "invalid_post_logout_redirect_uri"


@pytest.mark.parametrize(
    "flood", [{"state": "x" * 2049}, {"state": "x" * 200_000}, {"ui_locales": "x" * 8193}, {"id_token_hint": "x" * 8193}]
)
def test_a_value_longer_than_we_keep_is_shown(browser: Browser, flood: dict[str, str]) -> None:
    assert refused(browser, **flood) == "invalid_request"


@pytest.mark.spec("OIDC RP-Initiated Logout", "3")
def test_address_and_state_are_kept_only_for_a_proven_client(browser: Browser) -> None:
    hint = obtain_tokens(browser, SPA)["id_token"]
    longest = "s" * 2048
    for parameters, expected in (
        ({"id_token_hint": hint, "post_logout_redirect_uri": BYE}, (BYE, longest)),
        ({"id_token_hint": hint}, ("", "")),
        ({"client_id": "demo-spa", "post_logout_redirect_uri": BYE}, ("", "")),
        ({"id_token_hint": "forged", "client_id": "demo-spa", "post_logout_redirect_uri": BYE}, ("", "")),
    ):
        answer = browser.http.get(f"{PATH}?{urlencode({**parameters, 'state': longest})}")
        kept = logout_request.kept(answer["Location"].rpartition("/")[2])
        assert (kept.return_to, kept.state) == expected
        assert kept.client_name == Client.objects.get(client_id="demo-spa").name


def test_an_address_of_another_client_is_shown(browser: Browser) -> None:
    hint = obtain_tokens(browser, SPA)["id_token"]
    uri = "https://second.example/bye"
    assert refused(browser, id_token_hint=hint, post_logout_redirect_uri=uri) == "invalid_post_logout_redirect_uri"
    code = refused(browser, id_token_hint=hint, post_logout_redirect_uri=uri, client_id=SECOND_WEB.client_id)
    assert code == "invalid_request"


def test_an_unknown_or_disabled_client_is_shown(browser: Browser) -> None:
    hint = obtain_tokens(browser, WEB)["id_token"]
    assert refused(browser, client_id="nobody") == "unknown_client"
    assert refused(browser, client_id="a\0b") == "invalid_request"
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


@pytest.mark.spec("RFC 6819", "4.4.1.11")
def test_endless_requests_are_told_to_wait(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(end_session, "_kept", AddressLimit("logout_request", "2/minute"))
    for _ in range(3):
        # What is refused is not kept, and counts for nothing.
        assert browser.http.get(f"{PATH}?client_id=nobody").status_code == 400
    assert [browser.http.get(PATH).status_code for _ in range(3)] == [303, 303, 429]
    answer = browser.http.get(PATH)
    assert (code_of(answer), "Location" in answer) == ("rate_limited", False)
    assert 1 <= int(answer["Retry-After"]) <= 60
    # Somebody else's network is not concerned, and whoever is signed in still is.
    assert browser.http.get(PATH, REMOTE_ADDR="203.0.113.9").status_code == 303
    assert is_signed_in(browser)
