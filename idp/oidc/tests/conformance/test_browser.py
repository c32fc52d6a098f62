"""What the suite's browser needs of our pages: no scripts to speak of, an address and ids for each step, everything at once."""

import re

import pytest

from idp.oidc.tests.conformance.suite import PERSON, Suite
from idp.tests.journey import PASSWORD, Answer, page_of

IDS_BY_STEP = {
    "identifier": {"id_username", "login-submit"},
    "password": {"id_password", "login-submit"},
    "account": {"account-continue", "account-another"},
    "consent": {"consent-allow", "consent-deny"},
}


def assert_simple(answer: Answer) -> None:
    """Nothing that a browser of classic scripts would miss: no modules, nothing inline, no refresh, all elements enabled."""
    html = answer.content.decode()
    for script in re.findall(r"<script[^>]*>", html):
        assert re.fullmatch(r'<script src="/static/islands/[\w-]+\.js" defer>', script), script
    assert not re.search(r"http-equiv|type=.module|<(input|button)[^>]*\sdisabled", html)


@pytest.mark.spec("OIDC Core", "3.1.2.3")
def test_each_step_has_an_address_and_ids_of_its_own() -> None:
    suite, met = Suite(), {}
    page = suite.visit(suite.parameters(prompt="login consent"))
    for filled in ({"username": PERSON}, {"password": PASSWORD}, {"decision": "allow"}):
        met[suite.browser.address.rpartition("/")[2]] = page
        page = suite.browser.submit(page, **filled)
    assert "code" in suite.received(page)
    page = suite.visit(suite.parameters(prompt="select_account"))
    met[suite.browser.address.rpartition("/")[2]] = page
    assert met.keys() == IDS_BY_STEP.keys()
    for step, answer in met.items():
        assert page_of(answer).texts.keys() >= IDS_BY_STEP[step], step
        assert_simple(answer)


@pytest.mark.spec("OIDC RP-Initiated Logout", "2")
def test_signing_out_and_errors_are_as_simple() -> None:
    suite = Suite()
    suite.authorize()
    question = suite.browser.open("/oauth2/logout")
    assert "logout-confirm" in page_of(question).texts
    ended = suite.browser.submit(question, decision="logout")
    refused = suite.visit(suite.parameters(client_id="nobody"))
    assert page_of(refused).texts["error-code"] == "unknown_client"
    assert "error-code" not in page_of(ended).texts
    for answer in (question, ended, refused):
        assert_simple(answer)


@pytest.mark.spec("OAuth 2.0 Form Post Response Mode", "2")
def test_the_answer_by_form_is_as_simple() -> None:
    suite = Suite(response_mode="form_post")
    answer = suite.visit(suite.parameters(prompt="none"))
    assert suite.received(answer)["error"] == "login_required"
    assert_simple(answer)
