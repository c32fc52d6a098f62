"""`/account/privacy` as a browser without JavaScript meets it, and what applications get while an account is closing."""

import json

import pytest

from idp.accounts.models import User
from idp.authenticators.tests.conftest import age
from idp.core import clock
from idp.login.strength import FRESH_SECONDS
from idp.oidc.models import AuthorizationCode
from idp.privacy.errors import PAGE, SIGN_IN_AGAIN
from idp.privacy.services.export_data import EXPORTS
from idp.privacy.tests.conftest import back_again, press
from idp.tests.journey import Browser, Pkce, answer_of, page_of
from idp.tests.parties import SPA, obtain_tokens, userinfo

pytestmark = pytest.mark.django_db


def test_who_is_not_signed_in_signs_in_and_comes_back() -> None:
    assert Browser().http.get(PAGE)["Location"] == "/login?next=%2Faccount%2Fprivacy"


def test_other_methods_are_refused(browser: Browser) -> None:
    token = page_of(browser.open(PAGE)).fields["csrfmiddlewaretoken"]
    answer = browser.http.put(PAGE, headers={"x-csrftoken": token})
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, POST")


def test_the_start_page_leads_there(browser: Browser) -> None:
    assert PAGE in browser.open("/").content.decode()


def test_a_form_without_its_token_changes_nothing(browser: Browser, shopper: User) -> None:
    browser.open(PAGE)
    assert browser.http.post(PAGE, {"act": "delete"}).status_code == 403
    shopper.refresh_from_db()
    assert shopper.erasure_due_at is None


def test_the_file_comes_in_the_answer_and_is_kept_by_nobody(browser: Browser, shopper: User) -> None:
    answer = press(browser, "export")
    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (200, "application/json", "no-store")
    assert answer["Content-Disposition"] == 'attachment; filename="fashionistar-account.json"'
    exported = json.loads(answer.content)
    assert (exported["format"], exported["sub"]) == ("fashionistar-account/1", str(shopper.pk))


def test_the_fourth_file_of_a_day_is_refused_with_a_sentence(browser: Browser) -> None:
    for _ in range(EXPORTS):
        press(browser, "export")
    answer = press(browser, "export")
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert "You have downloaded your data three times within a day. Please try again tomorrow." in answer.content.decode()


def test_an_old_sign_in_sees_no_button_and_gets_no_file(browser: Browser, shopper: User) -> None:
    age(shopper, FRESH_SECONDS + 1)
    shown = page_of(browser.open(PAGE))
    assert "export" not in shown.texts
    assert SIGN_IN_AGAIN.replace("&", "&amp;") in browser.open(PAGE).content.decode()
    for act in ("export", "delete"):
        answer = press(browser, act)
        assert (answer.status_code, page_of(answer).texts["error-code"]) == (403, "step_up_required")


def test_choices_are_made_and_taken_back(browser: Browser, shopper: User) -> None:
    for act, column in (("marketing", "marketing_allowed"), ("restriction", "restricted_at")):
        for choice, there in (("yes", True), ("no", False)):
            answer = press(browser, act, choice=choice)
            assert "Your change is saved." in answer.content.decode()
            shopper.refresh_from_db()
            assert bool(getattr(shopper, column)) is there
            assert f"{act}-{'no' if there else 'yes'}" in page_of(answer).texts


def test_what_is_refused_is_said_above_the_desk(browser: Browser) -> None:
    answer = press(browser, "marketing", choice="yes", text_version="old")
    assert answer.status_code == 409
    assert "The text has changed since you read it." in answer.content.decode()
    assert press(browser, "nonsense").status_code == 400
    assert press(browser, "keep").status_code == 409


def test_deleted_signed_out_signed_in_and_kept(browser: Browser) -> None:
    token = str(obtain_tokens(browser, SPA, scope="openid email")["access_token"])
    answer = press(browser, "delete")
    assert answer.status_code == 200
    assert "You are signed out everywhere." in answer.content.decode()
    assert userinfo(token).status_code == 401
    assert browser.http.get(PAGE).status_code == 303

    again = back_again()
    assert "This account is going to be deleted" in again.open(PAGE).content.decode()
    assert "closing" not in page_of(press(again, "keep")).texts
    assert obtain_tokens(again, SPA, scope="openid email")


@pytest.mark.spec("OIDC Core", "3.1.2.6")
def test_no_application_gets_anything_while_the_account_is_closing(browser: Browser, shopper: User) -> None:
    before = AuthorizationCode.objects.count()
    User.objects.filter(pk=shopper.pk).update(erasure_due_at=clock.now() + clock.seconds(3600))
    answer = browser.open(SPA.authorize_url(Pkce()))
    assert (answer.status_code, page_of(answer).texts["error-code"]) == (403, "account_closing")
    assert PAGE in answer.content.decode()
    silent = browser.open(SPA.authorize_url(Pkce(), prompt="none"))
    assert answer_of(silent["Location"])["error"] == "interaction_required"
    assert AuthorizationCode.objects.count() == before
