"""`prompt=select_account`: go on as whoever is signed in, or as somebody else (OIDC Core §3.1.2.1)."""

from collections.abc import Callable

import pytest

from idp.accounts.models import User
from idp.oidc.models import AuthorizationCode
from idp.tests.journey import Answer, Browser, Pkce, answer_of, page_of
from idp.tests.parties import SPA, WEB, Party, obtain_tokens

pytestmark = pytest.mark.spec("OIDC Core", "3.1.2.1")


def ask(browser: Browser, party: Party = SPA, **overrides: str | None) -> Answer:
    return browser.open(party.authorize_url(Pkce(), **{"prompt": "select_account", **overrides}))


def offered(answer: Answer) -> bool:
    return {"account-continue", "account-another"} <= page_of(answer).texts.keys()


def person_of(answer: Answer) -> str:
    """The e-mail behind the code this redirect carries."""
    assert "code" in answer_of(answer["Location"])
    return str(AuthorizationCode.objects.select_related("user").latest("pk").user.email)


def test_the_page_names_who_is_signed_in_and_for_whom(browser: Browser) -> None:
    answer = ask(browser, WEB)
    assert offered(answer)
    assert browser.address.endswith("/account")
    assert "Ada Obi" in page_of(answer).text
    assert "Third Party & Sons" in page_of(answer).text
    assert "form-action" not in answer["Content-Security-Policy"]


def test_going_on_as_the_present_person_asks_once(browser: Browser) -> None:
    answer = browser.submit(ask(browser), account="present")
    assert person_of(answer) == "ada@example.com"
    # The next request asks anew.
    assert offered(ask(browser))


def test_another_account_signs_in_and_is_the_one_that_goes_on(browser: Browser, make_user: Callable[..., User]) -> None:
    make_user(email="bola@example.com")
    login = browser.submit(ask(browser, login_hint="ada@example.com"), account="another")
    # Whoever wants another account is not offered the one they are leaving.
    assert page_of(login).fields["username"] == ""
    assert person_of(browser.sign_in(login, username="bola@example.com")) == "bola@example.com"


def test_another_account_may_turn_out_to_be_the_same(browser: Browser) -> None:
    login = browser.submit(ask(browser), account="another")
    assert person_of(browser.sign_in(login, username="ada@example.com")) == "ada@example.com"


def test_coming_back_from_the_sign_in_page_offers_the_choice_again(browser: Browser) -> None:
    browser.submit(ask(browser), account="another")
    path = browser.address.replace("/login/", "/interaction/").removesuffix("/identifier")
    assert offered(browser.open(path))
    assert browser.http.get(f"{path}/consent")["Location"] == path


def test_where_nobody_is_signed_in_signing_in_is_the_choice(stranger: Browser, shopper: User) -> None:
    login = ask(stranger)
    assert "id_username" in page_of(login).texts
    assert person_of(stranger.sign_in(login, username="ada@example.com")) == "ada@example.com"


def test_choice_and_consent_are_asked_one_after_the_other(browser: Browser) -> None:
    obtain_tokens(browser, WEB)
    page = browser.submit(ask(browser, WEB, prompt="select_account consent"), account="present")
    assert "consent-allow" in page_of(page).texts
    assert person_of(browser.submit(page, decision="allow")) == "ada@example.com"


def test_the_one_a_hint_names_is_the_one_who_may_be_chosen(browser: Browser, make_user: Callable[..., User]) -> None:
    make_user(email="bola@example.com")
    hint = obtain_tokens(browser, SPA)["id_token"]
    login = browser.submit(ask(browser, id_token_hint=hint), account="another")
    answer = browser.sign_in(login, username="bola@example.com")
    assert answer_of(answer["Location"])["error"] == "login_required"


@pytest.mark.parametrize("fields", [{}, {"account": ""}, {"account": "bola"}, {"account": "present", "scope": "admin"}])
def test_an_empty_or_foreign_form_chooses_nothing(browser: Browser, fields: dict[str, str]) -> None:
    page = ask(browser)
    token = page_of(page).fields["csrfmiddlewaretoken"]
    assert browser.http.post(browser.address, {**fields, "csrfmiddlewaretoken": token}).status_code == 400
    assert browser.http.post(browser.address, {"account": "present"}).status_code == 403
    assert offered(browser.open(browser.address))


def test_the_page_asked_for_out_of_turn_leads_to_the_router(browser: Browser, stranger: Browser) -> None:
    for asking in (browser, stranger):
        path = asking.http.get(WEB.authorize_url(Pkce()))["Location"]
        assert asking.http.get(f"{path}/account")["Location"] == path
