"""What a person is asked to allow, what is remembered, and what never is."""

from collections.abc import Callable

import pytest

from idp.accounts.models import User
from idp.audit.models import SecurityEvent
from idp.audit.types import Event
from idp.oidc.models import AuthorizationCode, Consent
from idp.oidc.provider.scopes import known_scopes
from idp.oidc.tests.endpoints.test_userinfo import BY_SCOPE
from idp.tests.journey import Browser, Pkce, answer_of, page_of
from idp.tests.parties import MOBILE, NATIVE, SPA, WEB, Party, json_of, obtain_code, obtain_tokens, userinfo

ISSUER = "http://localhost:8000"
# Another app on the same device could take these, whoever registered them.
TAKEABLE = [
    NATIVE.at("com.example.app:/cb"),
    NATIVE.at("http://127.0.0.1:49152/cb"),
    NATIVE.at("http://[::1]:49152/cb"),
    NATIVE.at("http://localhost/cb"),
    MOBILE.at("net.fashionistar.app:/callback"),
    MOBILE.at("http://127.0.0.1:8765/callback"),
]


def asks(browser: Browser, party: Party, **overrides: str | None) -> bool:
    answer = browser.open(party.authorize_url(Pkce(), **overrides))
    return answer.status_code == 200 and "consent-allow" in page_of(answer).texts


@pytest.mark.spec("OIDC Core", "3.1.2.4")
def test_the_page_says_who_asks_for_what_and_where_the_answer_goes(browser: Browser) -> None:
    answer = browser.open(WEB.authorize_url(Pkce(), scope="openid profile email address orders"))
    page = page_of(answer)
    for words in ("Third Party & Sons", "Ada Obi", "third.example", "See your e-mail address", "See your postal address"):
        assert words in page.text, words
    assert "Sign you in" not in page.text
    assert {"consent-allow", "consent-deny"} <= page.texts.keys()
    assert "form-action" not in answer["Content-Security-Policy"]


def test_a_name_is_shown_as_inert_text(browser: Browser) -> None:
    from idp.oidc.models import Client

    Client.objects.filter(client_id="third-web").update(name="<b>Bank</b><script>alert(1)</script>")
    answer = browser.open(WEB.authorize_url(Pkce()))
    assert b"<script>alert" not in answer.content
    assert "<script>alert(1)</script>" in page_of(answer).text


@pytest.mark.spec("RFC 6749", "4.1.2.1")
def test_deny_goes_back_with_access_denied_and_remembers_nothing(browser: Browser) -> None:
    codes = AuthorizationCode.objects.count()
    page = browser.open(WEB.authorize_url(Pkce()))
    answer = browser.submit(page, decision="deny")
    assert answer.status_code == 303
    members = answer_of(answer["Location"])
    assert answer["Location"].startswith(WEB.redirect_uri)
    assert set(members) == {"error", "error_description", "state", "iss"}
    assert (members["error"], members["iss"]) == ("access_denied", ISSUER)
    assert not Consent.objects.exists()
    assert AuthorizationCode.objects.count() == codes
    assert SecurityEvent.objects.filter(event=Event.CONSENT_DENIED).count() == 1
    # The request is over; a new one asks anew.
    assert browser.http.get(browser.address.removesuffix("/consent")).status_code == 410
    assert asks(browser, WEB)


def test_allow_is_remembered_and_widened_by_what_is_new(browser: Browser) -> None:
    obtain_tokens(browser, WEB, scope="openid email")
    assert not asks(browser, WEB, scope="openid email")
    assert not asks(browser, WEB, scope="email openid")
    assert asks(browser, WEB, scope="openid email phone")
    obtain_tokens(browser, WEB, scope="openid phone")
    assert not asks(browser, WEB, scope="openid email phone")
    assert Consent.objects.get().scopes == ["email", "openid", "phone"]
    assert SecurityEvent.objects.filter(event=Event.CONSENT_GRANTED).count() == 2


def test_a_withdrawn_consent_is_asked_for_again_and_starts_over(browser: Browser) -> None:
    from idp.core import clock

    obtain_tokens(browser, WEB, scope="openid email")
    Consent.objects.update(withdrawn_at=clock.now())
    assert asks(browser, WEB, scope="openid email")
    obtain_tokens(browser, WEB, scope="openid")
    assert (Consent.objects.get().scopes, Consent.objects.get().withdrawn_at) == (["openid"], None)


@pytest.mark.spec("OIDC Core", "3.1.2.1")
def test_prompt_consent_asks_everybody_again(browser: Browser) -> None:
    obtain_tokens(browser, WEB)
    assert asks(browser, WEB, prompt="consent")
    assert asks(browser, SPA, prompt="consent")
    assert "code" in answer_of(
        browser.submit(browser.open(SPA.authorize_url(Pkce(), prompt="consent")), decision="allow")["Location"]
    )


def test_prompt_login_and_consent_ask_one_after_the_other(browser: Browser) -> None:
    page = browser.open(WEB.authorize_url(Pkce(), prompt="login consent"))
    assert "id_username" in page_of(page).texts
    page = browser.sign_in(page, username="ada@example.com")
    assert "consent-allow" in page_of(page).texts
    assert "code" in answer_of(browser.submit(page, decision="allow")["Location"])


@pytest.mark.spec("RFC 8252", "8.6")
@pytest.mark.parametrize("party", TAKEABLE, ids=lambda party: party.redirect_uri)
def test_an_address_another_app_could_take_always_asks(browser: Browser, party: Party) -> None:
    assert obtain_code(browser, party, Pkce())
    assert asks(browser, party)
    # Silence is impossible there: nobody knows who would hear the answer.
    answer = browser.open(party.authorize_url(Pkce(), prompt="none"))
    assert answer_of(answer["Location"])["error"] == "consent_required"


def test_the_redirect_to_a_private_scheme_is_ours_to_make(browser: Browser) -> None:
    party = NATIVE.at("com.example.app:/cb")
    answer = browser.submit(browser.open(party.authorize_url(Pkce())), decision="allow")
    assert answer.status_code == 303
    assert answer["Location"].startswith("com.example.app:/cb?code=")


@pytest.mark.spec("RFC 8252", "7.2")
def test_consent_of_a_claimed_https_address_is_remembered(browser: Browser) -> None:
    assert asks(browser, NATIVE)
    obtain_tokens(browser, NATIVE)
    assert "code" in answer_of(browser.open(NATIVE.authorize_url(Pkce(), prompt="none"))["Location"])
    # And serves no other address of the same app.
    assert asks(browser, NATIVE.at("com.example.app:/cb"))


def test_our_own_app_at_a_claimed_https_address_asks_nothing(browser: Browser) -> None:
    assert not asks(browser, MOBILE)
    assert not Consent.objects.exists()


def test_consent_is_one_persons_and_one_clients(browser: Browser, make_user: Callable[..., User]) -> None:
    obtain_tokens(browser, WEB, scope="openid email")
    assert asks(browser, NATIVE)
    make_user(email="bola@example.com")
    page = browser.sign_in(
        browser.open(WEB.authorize_url(Pkce(), prompt="login", scope="openid email")), username="bola@example.com"
    )
    assert "consent-allow" in page_of(page).texts


@pytest.mark.spec("OIDC Core", "3.1.2.4")
@pytest.mark.parametrize("asked", [("profile",), ("email",), ("phone",), ("profile", "phone"), ("email", "roles")], ids="+".join)
def test_what_the_page_says_is_what_the_application_gets(browser: Browser, asked: tuple[str, ...]) -> None:
    pkce, words = Pkce(), known_scopes()
    page = browser.open(WEB.authorize_url(pkce, scope=" ".join(("openid", *asked))))
    assert {scope for scope in BY_SCOPE if words[scope] in page_of(page).text} == set(asked)
    code = answer_of(browser.submit(page, decision="allow")["Location"])["code"]
    tokens = json_of(WEB.exchange(code, pkce))
    assert set(json_of(userinfo(tokens["access_token"]))) == {"sub"}.union(*(BY_SCOPE[scope] for scope in asked))
