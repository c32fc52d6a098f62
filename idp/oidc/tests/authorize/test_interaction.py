"""The pending request: bound to one browser, answered once, and useless out of order."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client as HttpClient

from idp.accounts.models import User
from idp.core.errors import Forbidden
from idp.oidc.authorize import interaction as interactions
from idp.oidc.authorize.request import AuthorizationRequest
from idp.oidc.models import AuthorizationCode, Client, Consent
from idp.oidc.tests.fixtures import signed_in
from idp.tests.journey import Answer, Browser, Pkce, answer_of, page_of
from idp.tests.pages import read_page
from idp.tests.parties import SPA, WEB

UNKNOWN = f"aaaaaaaa-{'A' * 43}"


def code_of(answer: Answer) -> str:
    return page_of(answer).texts["error-code"]


@pytest.mark.spec("RFC 9700", "4.7")
def test_only_the_browser_that_opened_it_first_can_go_on(browser: Browser) -> None:
    path = WEB.kept_request(Pkce())
    browser.open(path)
    for suffix in ("", "/account", "/consent"):
        answer = Browser().http.get(path + suffix)
        assert (answer.status_code, code_of(answer)) == (403, "wrong_browser")
    # Its owner is not disturbed.
    assert "consent-allow" in page_of(browser.open(path)).texts


@pytest.mark.spec("RFC 9700", "4.7")
def test_a_signed_in_browser_cannot_answer_what_another_one_opened(browser: Browser, stranger: Browser) -> None:
    path = WEB.kept_request(Pkce())
    stranger.open(path)
    assert browser.http.get(path).status_code == 403
    token = read_page(browser.open(WEB.kept_request(Pkce())).content.decode()).fields["csrfmiddlewaretoken"]
    posted = browser.http.post(f"{path}/consent", {"decision": "allow", "csrfmiddlewaretoken": token})
    assert posted.status_code == 403
    assert not Consent.objects.exists()


@pytest.mark.parametrize("suffix", ["", "/consent"])
def test_an_unknown_or_finished_interaction_is_a_page_that_says_so(browser: Browser, suffix: str) -> None:
    answer = browser.http.get(f"/interaction/{UNKNOWN}{suffix}")
    assert (answer.status_code, code_of(answer)) == (410, "interaction_expired")


@pytest.mark.parametrize(
    "uid", ["x", "A" * 43, "A" * 52, f"AAAAAAAA-{'A' * 43}", f"aaaaaaaa-{'A' * 44}", "A" * 300, "a%00b", "..", "A" * 42 + "%2f"]
)
def test_what_cannot_be_an_interaction_is_not_found(stranger: Browser, uid: str) -> None:
    assert stranger.http.get(f"/interaction/{uid}").status_code == 404


@pytest.mark.spec("RFC 6749", "4.1.2")
def test_an_interaction_is_answered_once(browser: Browser) -> None:
    path = SPA.kept_request(Pkce())
    assert "code" in answer_of(browser.open(path)["Location"])
    again = browser.http.get(path)
    assert (again.status_code, code_of(again)) == (410, "interaction_expired")
    assert AuthorizationCode.objects.exclude(sid=None).count() == 1


@pytest.mark.spec("OIDC Core", "3.1.2.6")
def test_a_refused_silent_request_is_finished_too(stranger: Browser) -> None:
    path = SPA.kept_request(Pkce(), prompt="none")
    assert answer_of(stranger.http.get(path)["Location"])["error"] == "login_required"
    assert stranger.http.get(path).status_code == 410


def test_of_two_finishes_one_goes_on(clients: None) -> None:
    from idp.core.errors import Expired

    pending = interactions.start(AuthorizationRequest(parameters={}, client_id="demo-spa"))
    interactions.finish(pending)
    with pytest.raises(Expired):
        interactions.finish(pending)


@pytest.mark.spec("RFC 9700", "4.7")
def test_of_two_browsers_that_open_it_at_once_the_first_goes_on(clients: None, monkeypatch: pytest.MonkeyPatch) -> None:
    pending = interactions.start(AuthorizationRequest(parameters={}, client_id="demo-spa"))
    cache = type(caches["ephemeral"])
    read: Callable[..., dict[str, Any]] = cache.get_many

    def overtaken(*args: object, **kwargs: object) -> dict[str, Any]:
        """Both see that nobody has opened it, and the other one is faster."""
        seen = read(*args, **kwargs)
        monkeypatch.undo()
        interactions.opened(pending.uid, browser="first")
        return seen

    monkeypatch.setattr(cache, "get_many", overtaken)
    with pytest.raises(Forbidden):
        interactions.opened(pending.uid, browser="second")
    assert interactions.opened(pending.uid, browser="first").uid == pending.uid


def test_an_answer_to_a_finished_request_does_not_bring_it_back(clients: None) -> None:
    pending = interactions.start(AuthorizationRequest(parameters={}, client_id="demo-spa"))
    interactions.opened(pending.uid, browser="b")
    interactions.finish(pending)
    # A second tab whose "Allow" was on its way when the first one finished.
    interactions.remember(pending, consented_sid="s")
    from idp.core.errors import Expired

    with pytest.raises(Expired):
        interactions.opened(pending.uid, browser="b")


def test_a_lost_cache_costs_a_restart_and_nothing_else(browser: Browser) -> None:
    from django.core.cache import caches

    path = SPA.kept_request(Pkce())
    caches["ephemeral"].clear()
    assert browser.http.get(path).status_code == 410
    assert "code" in answer_of(browser.open(SPA.kept_request(Pkce()))["Location"])


def test_a_client_that_was_disabled_meanwhile_is_unknown(browser: Browser) -> None:
    path = SPA.kept_request(Pkce())
    Client.objects.filter(client_id="demo-spa").update(enabled=False)
    answer = browser.http.get(path)
    assert (answer.status_code, code_of(answer)) == (400, "unknown_client")
    assert "Location" not in answer


@pytest.mark.parametrize("method", ["post", "put", "delete", "head"])
def test_the_router_takes_get_only(browser: Browser, method: str) -> None:
    path = SPA.kept_request(Pkce())
    token = browser.http.cookies["idp_csrf"].value
    answer: Answer = getattr(browser.http, method)(path, headers={"x-csrftoken": token})
    assert answer.status_code in {403, 405}
    assert "code" in answer_of(browser.open(path)["Location"])


# --- Out of order (OWASP ASVS 5.0 V2.3.1) ------------------------------------------------------------------------------
@pytest.mark.spec("OWASP ASVS 5.0", "2.3.1")
def test_consent_before_login_leads_to_login(stranger: Browser, shopper: User) -> None:
    path = WEB.kept_request(Pkce())
    assert "id_username" in page_of(stranger.open(f"{path}/consent")).texts


@pytest.mark.spec("OWASP ASVS 5.0", "2.3.1")
def test_consent_is_not_taken_while_a_new_login_is_due(browser: Browser) -> None:
    path = WEB.kept_request(Pkce(), prompt="login")
    assert "id_username" in page_of(browser.open(f"{path}/consent")).texts
    form = {"csrfmiddlewaretoken": browser.http.cookies["idp_csrf"].value, "decision": "allow"}
    assert browser.http.post(f"{path}/consent", form)["Location"] == path
    assert not Consent.objects.exists()


@pytest.mark.spec("OWASP ASVS 5.0", "2.3.1")
def test_half_a_sign_in_reaches_neither_consent_nor_a_code(stranger: Browser, shopper: User) -> None:
    page = stranger.submit(stranger.open(WEB.kept_request(Pkce())), username=str(shopper.email))
    assert "id_password" in page_of(page).texts
    path = stranger.address.replace("/login/", "/interaction/").removesuffix("/password")
    token = page_of(page).fields["csrfmiddlewaretoken"]
    for address in (path, f"{path}/consent"):
        stranger.open(address)
        assert stranger.address.startswith("/login/")
    posted = stranger.http.post(f"{path}/consent", {"decision": "allow", "csrfmiddlewaretoken": token})
    assert (posted.status_code, posted["Location"]) == (303, path)
    assert not AuthorizationCode.objects.exists()
    assert not Consent.objects.exists()


@pytest.mark.spec("OWASP ASVS 5.0", "2.3.1")
@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"decision": ""},
        {"decision": "yes"},
        {"decision": "ALLOW"},
        {"username": "a"},
        {"decision": "allow", "scope": "admin"},
    ],
)
def test_an_empty_or_foreign_consent_form_makes_no_progress(browser: Browser, fields: dict[str, str]) -> None:
    path = WEB.kept_request(Pkce())
    page = browser.open(path)
    token = page_of(page).fields["csrfmiddlewaretoken"]
    answer = browser.http.post(f"{path}/consent", {**fields, "csrfmiddlewaretoken": token})
    assert answer.status_code == 400
    assert not Consent.objects.exists()
    assert "consent-allow" in page_of(browser.open(path)).texts


def test_a_consent_sent_twice_counts_once(browser: Browser) -> None:
    path = WEB.kept_request(Pkce())
    page = browser.open(path)
    form = {**page_of(page).fields, "decision": "allow"}
    first = browser.http.post(f"{path}/consent", form)
    second = browser.http.post(f"{path}/consent", form)
    assert (first.status_code, second.status_code) == (303, 303)
    assert (first["Location"], second["Location"]) == (path, path)
    assert "code" in answer_of(browser.open(path)["Location"])
    assert browser.http.post(f"{path}/consent", form).status_code == 410
    assert Consent.objects.count() == 1


@pytest.mark.spec("OWASP ASVS 5.0", "3.5.1")
def test_consent_without_a_csrf_token_is_refused(browser: Browser) -> None:
    path = WEB.kept_request(Pkce())
    browser.open(path)
    answer = browser.http.post(f"{path}/consent", {"decision": "allow"})
    assert (answer.status_code, code_of(answer)) == (403, "csrf_failed")
    assert not Consent.objects.exists()


@pytest.mark.spec("RFC 9700", "4.7")
@pytest.mark.parametrize("extra", [{"client_id": "demo-spa"}, {"redirect_uri": "https://evil.example"}, {"nonce": "x"}])
def test_hidden_fields_cannot_change_what_was_asked(browser: Browser, extra: dict[str, str]) -> None:
    path = WEB.kept_request(Pkce())
    page = browser.open(path)
    assert set(page_of(page).fields) == {"csrfmiddlewaretoken"}
    answer = browser.http.post(f"{path}/consent", {**page_of(page).fields, "decision": "allow", **extra})
    assert answer.status_code == 400
    assert not Consent.objects.exists()


def test_the_page_of_another_flow_answers_for_itself_only(browser: Browser) -> None:
    mine, other = WEB.kept_request(Pkce()), WEB.kept_request(Pkce(), scope="openid phone")
    page = browser.open(mine)
    browser.open(other)
    browser.http.post(f"{mine}/consent", {**page_of(page).fields, "decision": "allow"})
    assert "consent-allow" in page_of(browser.open(other)).texts
    assert sorted(Consent.objects.get().scopes) == ["email", "openid", "orders"]


# --- Sessions that change under way ------------------------------------------------------------------------------------
def consented(browser: Browser) -> str:
    """The address of a request that was shown and allowed, one step before its code."""
    path = WEB.kept_request(Pkce())
    page = browser.open(path)
    browser.http.post(f"{path}/consent", {**page_of(page).fields, "decision": "allow"})
    return path


def assert_dead(browser: Browser, path: str) -> None:
    """The request is over, says so, and stays over."""
    codes = AuthorizationCode.objects.count()
    answer = browser.http.get(path)
    assert (answer.status_code, code_of(answer)) == (410, "interaction_expired")
    assert "go back to the application" in page_of(answer).texts["error-message"]
    for suffix in ("", "/consent", "/account"):
        assert browser.http.get(path + suffix).status_code == 410
    assert AuthorizationCode.objects.count() == codes


@pytest.mark.spec("OWASP ASVS 5.0", "7.4.1")
def test_a_change_of_user_between_consent_and_code_ends_the_request(browser: Browser, make_user: Callable[..., User]) -> None:
    make_user(email="bola@example.com")
    path = consented(browser)
    # Another tab of the same browser signs in as somebody else before the code is fetched.
    browser.sign_in(browser.open(SPA.kept_request(Pkce(), prompt="login")), username="bola@example.com")
    assert_dead(browser, path)


@pytest.mark.spec("OWASP ASVS 5.0", "7.4.1")
@pytest.mark.parametrize("asked", [{}, {"prompt": "select_account"}, {"prompt": "consent"}])
def test_a_request_shown_to_somebody_dies_with_their_sign_out(browser: Browser, asked: dict[str, str]) -> None:
    path = WEB.kept_request(Pkce(), **asked)
    browser.open(path)
    page = browser.open("/oauth2/logout")
    browser.submit(page, decision="logout")
    assert_dead(browser, path)


def test_a_sign_out_between_consent_and_code_ends_the_request(browser: Browser) -> None:
    from idp.login.models import SsoSession
    from idp.login.services.end_session import end_session

    path = consented(browser)
    end_session(sid=SsoSession.objects.get().pk, reason="logout")
    assert_dead(browser, path)


def test_a_session_that_ran_out_between_consent_and_code_asks_for_a_login_and_for_consent(browser: Browser) -> None:
    from idp.core import clock
    from idp.login.models import SsoSession

    path = WEB.kept_request(Pkce(), prompt="consent")
    browser.http.post(f"{path}/consent", {**page_of(browser.open(path)).fields, "decision": "allow"})
    SsoSession.objects.update(expires_at=clock.now())
    page = browser.open(path)
    assert "id_username" in page_of(page).texts
    assert "consent-allow" in page_of(browser.sign_in(page, username="ada@example.com")).texts


def test_the_same_person_signing_in_again_elsewhere_keeps_the_request(browser: Browser) -> None:
    path = consented(browser)
    browser.sign_in(browser.open(SPA.kept_request(Pkce(), prompt="login")), username="ada@example.com")
    assert "code" in answer_of(browser.open(path)["Location"])


def test_two_tabs_with_two_clients_do_not_mix(stranger: Browser, shopper: User) -> None:
    first, second = SPA.kept_request(Pkce(), state="one"), WEB.kept_request(Pkce(), state="two")
    login_first = stranger.open(first)
    address = stranger.address
    login_second = stranger.open(second)
    consent = stranger.sign_in(login_second, username=str(shopper.email))
    answered = stranger.submit(consent, decision="allow")
    assert answered["Location"].startswith(WEB.redirect_uri)
    assert answer_of(answered["Location"])["state"] == "two"
    # The form of the first tab is of before the sign-in: it is refused with a way on, and a reload goes on.
    stranger.address = address
    assert code_of(stranger.submit(login_first, username=str(shopper.email))) == "csrf_failed"
    done = stranger.open(address)
    assert done["Location"].startswith(SPA.redirect_uri)
    assert answer_of(done["Location"])["state"] == "one"


def test_another_persons_browser_is_not_asked_to_finish_mine(
    clients: None, shopper: User, make_user: Callable[..., User]
) -> None:
    bola = make_user(email="bola@example.com")
    mine, theirs = signed_in(shopper), signed_in(bola)
    path = SPA.kept_request(Pkce())
    assert "code" in answer_of(mine.open(path)["Location"])
    assert HttpClient().get(path).status_code == 410
    assert theirs.http.get(path).status_code == 410


@pytest.mark.spec("OIDC Initiating User Registration", "4")
def test_an_account_is_made_where_the_client_asks_for_one_whoever_is_signed_in(clients: None, shopper: User) -> None:
    page = signed_in(shopper).open(SPA.authorize_url(Pkce(), prompt="create"))
    assert page_of(page).fields.keys() >= {"username", "given_name", "family_name"}
