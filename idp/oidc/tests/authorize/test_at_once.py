"""What `/oauth2/authorize` answers with a code at once, and everything it must not."""

from urllib.parse import urlsplit

import pytest

from idp.accounts.models import User
from idp.core import clock, ephemeral
from idp.login.models import SsoSession
from idp.login.services.end_session import end_session
from idp.login.types import EndReason
from idp.oidc.authorize.remembered_consent import withdraw_consent
from idp.oidc.models import AuthorizationCode, Client
from idp.tests.journey import Browser, Pkce, answer_of
from idp.tests.parties import MOBILE, SPA, WEB, Party, json_of, obtain_code

pytestmark = pytest.mark.spec("OIDC Core", "3.1.2.3")


def led_to(browser: Browser, party: Party = SPA, **asked: str | None) -> str:
    """Where a GET of this browser is sent."""
    return str(browser.http.get(party.authorize_url(Pkce(), **asked))["Location"])


def is_asked(address: str) -> bool:
    """Whether the browser has to open the interaction first, and nothing was issued meanwhile."""
    return address.startswith("/interaction/") and not AuthorizationCode.objects.exists()


# --- Nothing is missing ---------------------------------------------------------------------------------------------------
def test_somebody_who_is_signed_in_is_back_with_a_code(browser: Browser) -> None:
    """It is good for tokens of that very sign-in."""
    pkce = Pkce()
    answer = answer_of(browser.http.get(SPA.authorize_url(pkce))["Location"])
    assert answer["state"]
    assert answer["iss"]
    assert json_of(SPA.exchange(answer["code"], pkce))["access_token"]
    assert AuthorizationCode.objects.get().sid == SsoSession.objects.get().pk


def test_what_was_allowed_before_is_enough(browser: Browser) -> None:
    obtain_code(browser, WEB, Pkce())
    assert "code" in answer_of(led_to(browser, WEB))


def test_nothing_is_kept_for_it(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """No pending request, no binding, no cookie."""
    monkeypatch.setattr(ephemeral, "_reach", None)
    answer = browser.http.get(SPA.authorize_url(Pkce()))
    assert "code" in answer_of(answer["Location"])
    assert not answer.cookies


# --- Something is missing -------------------------------------------------------------------------------------------------
def test_nobody_is_signed_in(stranger: Browser) -> None:
    assert is_asked(led_to(stranger))


@pytest.mark.parametrize(
    "asked",
    [
        {"prompt": "login"},
        {"prompt": "consent"},
        {"prompt": "select_account"},
        {"prompt": "create"},
        {"max_age": "0"},
        {"acr_values": "phr"},
        # A page that posts: gone back to, it must not post a second answer.
        {"response_mode": "form_post"},
    ],
)
def test_the_request_asks_for_more(browser: Browser, asked: dict[str, str]) -> None:
    assert is_asked(led_to(browser, SPA, **asked))


def test_a_session_that_is_too_old(browser: Browser) -> None:
    SsoSession.objects.update(auth_time=clock.now() - clock.seconds(61))
    assert is_asked(led_to(browser, max_age="60"))


def test_a_session_that_was_ended(browser: Browser) -> None:
    session = SsoSession.objects.get()
    end_session(sid=session.pk, reason=EndReason.LOGOUT)
    assert is_asked(led_to(browser))


def test_an_account_that_was_switched_off(browser: Browser, shopper: User) -> None:
    User.objects.filter(pk=shopper.pk).update(is_active=False)
    assert is_asked(led_to(browser))


def test_an_account_that_is_about_to_be_deleted(browser: Browser, shopper: User) -> None:
    User.objects.filter(pk=shopper.pk).update(erasure_due_at=clock.now())
    assert is_asked(led_to(browser))


def test_a_role_that_needs_more_than_a_password(browser: Browser, shopper: User) -> None:
    User.objects.filter(pk=shopper.pk).update(role="admin")
    assert is_asked(led_to(browser))


def test_an_application_of_somebody_else_that_was_never_allowed(browser: Browser) -> None:
    assert is_asked(led_to(browser, WEB))


def test_more_than_was_allowed(browser: Browser, shopper: User) -> None:
    obtain_code(browser, WEB, Pkce(), scope="openid")
    AuthorizationCode.objects.all().delete()
    assert is_asked(led_to(browser, WEB, scope="openid email"))


def test_what_was_allowed_and_taken_back(browser: Browser, shopper: User) -> None:
    obtain_code(browser, WEB, Pkce())
    withdraw_consent(user_id=shopper.pk, client=Client.objects.get(client_id=WEB.client_id))
    AuthorizationCode.objects.all().delete()
    assert is_asked(led_to(browser, WEB))


@pytest.mark.spec("RFC 8252", "8.6")
def test_an_address_that_any_app_could_have_taken(browser: Browser) -> None:
    native = MOBILE.at("http://127.0.0.1:4711/callback")
    Client.objects.filter(client_id=MOBILE.client_id).update(redirect_uris="http://127.0.0.1/callback")
    assert is_asked(led_to(browser, native))


def test_a_post_is_never_answered_at_once(browser: Browser) -> None:
    """From another site it carries no session cookie: who is there would be unknown, so it is found out at the interaction."""
    asked = urlsplit(SPA.authorize_url(Pkce())).query
    answer = browser.http.post("/oauth2/authorize", asked, content_type="application/x-www-form-urlencoded")
    assert is_asked(answer["Location"])


def test_a_refusal_is_said_at_the_interaction(stranger: Browser) -> None:
    """`prompt=none` of a stranger: one way to say no, whoever asks."""
    path = led_to(stranger, prompt="none")
    assert is_asked(path)
    assert answer_of(stranger.http.get(path)["Location"])["error"] == "login_required"
