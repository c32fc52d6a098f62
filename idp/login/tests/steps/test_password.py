"""The second page: the password, and the one answer to every failure."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from idp.accounts.models import User
from idp.accounts.services.set_active import set_active
from idp.audit.models import SecurityEvent
from idp.conftest import PASSWORD
from idp.login.models import SsoSession
from idp.login.tests.browser import Browser, Page
from idp.login.tests.conftest import Hashes

pytestmark = pytest.mark.django_db


def test_the_page_can_be_found_by_programs_and_read_by_people(browser: Browser) -> None:
    page = browser.page(browser.name("ada@example.com"))
    assert page.by_id["id_password"]["type"] == "password"
    assert page.by_id["id_password"]["autocomplete"] == "current-password"
    assert page.labels["id_password"] == "Password"
    assert page.by_id["login-submit"]["type"] == "submit"
    assert "Sign in" in page.text
    assert "ada@example.com" in page.text


def test_an_empty_password_is_explained_and_hashes_nothing(browser: Browser, ada: User, hashes: Hashes) -> None:
    answer = browser.send(browser.name("ada@example.com"), {"password": ""})
    assert answer.status_code == 400
    assert "Please enter your password." in answer.content.decode()
    assert hashes.count == 0


def test_a_password_is_taken_as_it_is(browser: Browser, make_user: Callable[..., User]) -> None:
    from pydantic import SecretStr

    make_user(email="spaces@example.com", password=SecretStr("  two spaces each side  "))
    assert browser.sign_in("spaces@example.com", "two spaces each side").status_code == 401
    assert browser.sign_in("spaces@example.com", "  two spaces each side  ").status_code == 303


def test_a_wrong_password_can_be_tried_again_on_the_same_page(browser: Browser, ada: User) -> None:
    address = browser.name("ada@example.com")
    refused = browser.send(address, {"password": "wrong"})
    assert refused.status_code == 401
    assert Page(refused.content.decode()).by_id["form-alert"]["role"] == "alert"
    assert "wrong" not in refused.content.decode()
    assert browser.whoami()["user"] is None
    assert browser.send(address, {"password": PASSWORD}).status_code == 303
    assert browser.whoami()["user"] == str(ada.pk)


def test_a_refusal_is_audited_with_its_reason_and_without_the_address(browser: Browser, ada: User) -> None:
    browser.sign_in("ada@example.com", "wrong")
    row = SecurityEvent.objects.get(event="login_failed")
    assert row.detail == {"reason": "wrong_password", "method": "pwd"}
    assert (len(row.pseudonym), row.browser) == (64, browser.key())


def _refused(hashes: Hashes, identifier: str, password: str) -> dict[str, Any]:
    """Everything an attacker sees of a refusal, with the parts that differ between any two requests taken out."""
    browser = Browser()
    address = browser.name(identifier)
    before = hashes.count
    token = browser.token(address)
    with CaptureQueriesContext(connection) as queries:
        answer = browser.send(address, {"password": password}, token=token)
    text = answer.content.decode()
    plain = re.sub(r'name="csrfmiddlewaretoken" value="\w{64}"', "", text).replace(identifier, "IDENTIFIER")
    return {
        "status": answer.status_code,
        "length": len(text),
        "text": plain.replace(address.split("/")[2], "UID"),
        "headers": {name: value for name, value in answer.headers.items() if name != "X-Request-ID"},
        "cookies": sorted(answer.cookies),
        "hashes": hashes.count - before,
        "queries": len(queries),
    }


@pytest.mark.spec("OWASP ASVS 5.0", "6.3.8")
def test_unknown_disabled_passwordless_and_wrong_are_alike(make_user: Callable[..., User], hashes: Hashes) -> None:
    make_user(email="known000@example.com")
    disabled = make_user(email="disabled@example.com")
    disabled_too = make_user(email="disablee@example.com")
    make_user(email="unproven@example.com", email_verified=False)
    make_user(email="nosecret@example.com", password=None)
    set_active(user_id=disabled.pk, active=False)
    set_active(user_id=disabled_too.pk, active=False)

    refusals = [
        _refused(hashes, "unknown0@example.com", PASSWORD),
        _refused(hashes, "known000@example.com", "wrong"),
        _refused(hashes, "disabled@example.com", PASSWORD),
        _refused(hashes, "disablee@example.com", "wrong"),
        _refused(hashes, "unproven@example.com", "wrong"),
        _refused(hashes, "nosecret@example.com", PASSWORD),
    ]

    assert all(refusal == refusals[0] for refusal in refusals)
    assert refusals[0]["status"] == 401
    assert refusals[0]["hashes"] == 1
    assert not SsoSession.objects.exists()


@pytest.mark.spec("OWASP ASVS 5.0", "6.3.8")
def test_the_first_page_answers_alike_whether_or_not_there_is_an_account(ada: User) -> None:
    answers = []
    for identifier in ("ada@example.com", "eve@example.com"):
        browser = Browser()
        address = browser.begin()
        with CaptureQueriesContext(connection) as queries:
            answer = browser.send(address, {"username": identifier})
        location = answer.headers["Location"].replace(address.split("/")[2], "UID")
        answers.append((answer.status_code, location, answer.content, len(queries), sorted(answer.headers)))
    assert answers[0] == answers[1]
    assert answers[0][3] == 0
