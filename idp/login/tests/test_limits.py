"""What somebody sees who tried too often: the same page, what they typed, when to go on; alike for every identifier."""

import re
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from idp.accounts.hashing import computation
from idp.accounts.hashing.process import HashingProcess
from idp.accounts.hashing_slots import slots
from idp.accounts.models import User
from idp.accounts.services.set_active import set_active
from idp.conftest import PASSWORD
from idp.login.delays import FREE_FAILURES
from idp.login.tests.browser import FORM, Browser, Page
from idp.login.tests.caches import NOBODY_LISTENS, redis_at
from idp.login.tests.conftest import Hashes

pytestmark = pytest.mark.django_db


def _tried_out(identifier: str, browser: Browser) -> HttpResponse:
    """The answer to one attempt more than is free."""
    address = browser.name(identifier)
    for _ in range(FREE_FAILURES):
        assert browser.send(address, {"password": "wrong"}).status_code == 401
    return browser.send(address, {"password": PASSWORD})


@pytest.mark.spec("RFC 6585", "4")
def test_the_page_stays_and_says_when_to_go_on(browser: Browser, ada: User, hashes: Hashes) -> None:
    hashes.count = 0
    refused = _tried_out("ada@example.com", browser)
    page = Page(refused.content.decode())
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 5
    assert page.by_id["form-alert"]["role"] == "alert"
    assert re.search(r"There were too many attempts to sign in\. Please wait \d seconds? and then try again\.", page.text)
    assert "ada@example.com" in page.text
    assert PASSWORD not in refused.content.decode()
    assert hashes.count == FREE_FAILURES
    assert browser.whoami()["user"] is None


@pytest.mark.spec("OWASP ASVS 5.0", "6.3.8")
def test_nobody_learns_from_a_wait_whether_there_is_an_account(
    make_user: Callable[..., User], later: Callable[[float], None]
) -> None:
    make_user(email="known000@example.com")
    make_user(email="nosecret@example.com", password=None)
    set_active(user_id=make_user(email="disabled@example.com").pk, active=False)
    seen = []
    for identifier in ("unknown0@example.com", "known000@example.com", "nosecret@example.com", "disabled@example.com"):
        browser = Browser()
        address = browser.name(identifier)
        for _ in range(FREE_FAILURES):
            browser.send(address, {"password": "wrong"})
        token = browser.token(address)
        with CaptureQueriesContext(connection) as queries:
            answer = browser.send(address, {"password": PASSWORD}, token=token)
        # The seconds left depend on the clock alone.
        text = re.sub(r'value="\w{64}"|wait \d seconds?', "", answer.content.decode()).replace(identifier, "IDENTIFIER")
        headers = sorted(set(answer.headers))
        seen.append((answer.status_code, text.replace(address.split("/")[2], "UID"), headers, len(queries)))
    assert [one == seen[0] for one in seen] == [True] * 4
    assert seen[0][0] == 429


@pytest.mark.spec("OWASP ASVS 5.0", "6.3.1")
def test_a_stranger_cannot_keep_the_owner_out_of_their_own_browser(signed_in: Browser, ada: User) -> None:
    signed_in.get("/leave")
    assert _tried_out("ada@example.com", Browser()).status_code == 429
    assert signed_in.sign_in("ada@example.com", PASSWORD).status_code == 303
    assert Browser().sign_in("ada@example.com", PASSWORD).status_code == 429


def test_over_the_bound_of_hashes_the_page_asks_for_patience(browser: Browser, ada: User, hashes: Hashes) -> None:
    address = browser.name("ada@example.com")
    token = browser.token(address)
    hashes.count = 0
    with ExitStack() as crowd:
        for _ in range(10):
            crowd.enter_context(slots.line())
        busy = browser.send(address, {"password": PASSWORD}, token=token)
    assert (busy.status_code, busy.headers["Retry-After"], hashes.count) == (503, "5", 0)
    assert "Many people are signing in right now. Please wait a few seconds and try again." in busy.content.decode()
    assert "ada@example.com" in busy.content.decode()
    # It did not count as a failure, and the page it came on is still good.
    assert browser.send(address, {"password": PASSWORD}).status_code == 303


@pytest.mark.spec("OWASP ASVS 5.0", "6.3.8")
@pytest.mark.parametrize("identifier", ["ada@example.com", "nobody@example.com"])
def test_when_no_hash_can_be_computed_nobody_gets_in_and_nobody_is_counted(
    browser: Browser, ada: User, settings: Settings, monkeypatch: pytest.MonkeyPatch, identifier: str
) -> None:
    address = browser.name(identifier)
    token = browser.token(address)
    settings.IDP_HASHING_PROCESS = True
    # A program that ends at once, whatever it is asked.
    dead = HashingProcess(sockets=1, command=("false",))
    with monkeypatch.context() as patched:
        patched.setattr(computation, "hashing_process", dead)
        for _ in range(FREE_FAILURES + 2):
            refused = browser.send(address, {"password": PASSWORD}, token=token)
            assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
            assert "We cannot check passwords right now. Please wait a few seconds and try again." in refused.content.decode()
    assert browser.whoami()["user"] is None
    settings.IDP_HASHING_PROCESS = False
    assert browser.send(address, {"password": PASSWORD}).status_code == (303 if identifier == "ada@example.com" else 401)


def _flood(headers: Callable[[int], dict[str, str]], count: int) -> list[HttpResponse]:
    """So many names sent to one first page, each with headers of its own."""
    browser = Browser()
    address = browser.begin()
    token = browser.token(address)
    answers: list[Any] = []
    for number in range(count):
        fields = f"csrfmiddlewaretoken={token}&username=not+a+name+{number}"
        answers.append(browser.post(address, fields, content_type=FORM, **headers(number)))  # type: ignore[arg-type]
    return answers


LIES: list[Callable[[int], dict[str, str]]] = [
    lambda _: {},
    lambda number: {"HTTP_X_FORWARDED_FOR": f"198.51.100.{number}"},
    lambda number: {"HTTP_FORWARDED": f"for=198.51.100.{number}", "HTTP_X_REAL_IP": f"198.51.100.{number}"},
    lambda number: {"HTTP_X_FORWARDED_FOR": "x" * 10_000 + str(number)},
]


@pytest.mark.spec("OWASP ASVS 5.0", "6.3.1")
@pytest.mark.parametrize("headers", LIES)
def test_an_address_may_send_so_many_forms_whatever_its_headers_say(headers: Callable[[int], dict[str, str]]) -> None:
    answers = _flood(headers, 125)
    assert [answer.status_code for answer in answers] == [400] * 120 + [429] * 5
    refused = answers[-1]
    assert int(refused.headers["Retry-After"]) >= 1
    assert "Too many attempts from your network." in refused.content.decode()
    # What was typed is still in its field.
    assert Page(refused.content.decode()).by_id["id_username"]["value"] == "not a name 124"


@pytest.mark.spec("OWASP ASVS 5.0", "6.3.1")
def test_a_success_gives_the_address_nothing_back(ada: User) -> None:
    # Whoever holds an account of their own would else sign in between guesses at the accounts of others.
    assert {answer.status_code for answer in _flood(lambda _: {}, 116)} == {400}
    own = Browser()
    assert own.sign_in("ada@example.com", PASSWORD).status_code == 303
    assert own.whoami()["user"] == str(ada.pk)
    assert [answer.status_code for answer in _flood(lambda _: {}, 3)] == [400, 400, 429]


@pytest.mark.spec("OWASP ASVS 5.0", "6.3.1")
def test_limits_hold_when_their_cache_is_down(settings: Settings, ada: User, browser: Browser, hashes: Hashes) -> None:
    settings.CACHES = {**settings.CACHES, "limits": redis_at(NOBODY_LISTENS)}
    assert [answer.status_code for answer in _flood(lambda _: {}, 121)] == [400] * 120 + [429]
    # Guessing at one account is counted in SQL, which the cache does not touch.
    hashes.count = 0
    elsewhere = Browser()
    elsewhere.defaults["REMOTE_ADDR"] = "203.0.113.9"
    assert _tried_out("ada@example.com", elsewhere).status_code == 429
    assert hashes.count == FREE_FAILURES


def test_people_behind_a_trusted_proxy_are_counted_apart(settings: Settings) -> None:
    import ipaddress

    settings.IDP_TRUSTED_PROXIES = (ipaddress.ip_network("127.0.0.0/8"),)
    answers = _flood(lambda number: {"HTTP_X_FORWARDED_FOR": f"198.51.100.{number % 2}"}, 150)
    assert {answer.status_code for answer in answers} == {400}
