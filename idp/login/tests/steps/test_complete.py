"""The end of a sign-in: one session, one way back, whoever presses the button how often."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection

from idp.accounts.models import User
from idp.accounts.services.set_active import set_active
from idp.audit.models import SecurityEvent
from idp.conftest import PASSWORD
from idp.login.models import SsoSession
from idp.login.tests.browser import Browser
from idp.login.tests.conftest import Hashes


@pytest.mark.django_db
@pytest.mark.spec("RFC 9700", "4.12")
def test_the_password_leads_back_by_303_in_the_same_answer(browser: Browser, ada: User) -> None:
    answer = browser.sign_in("ada@example.com", PASSWORD, return_to="/whoami?x=1")
    session = SsoSession.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (303, "/whoami?x=1")
    assert browser.whoami() == {"user": str(ada.pk), "sid": str(session.pk)}
    assert (session.acr, session.amr, session.browser) == ("aal1", ["pwd"], browser.key())
    row = SecurityEvent.objects.get(event="login_succeeded")
    assert (row.sid, row.browser, row.detail) == (session.pk, browser.key(), {"acr": "aal1", "amr": "pwd"})


@pytest.mark.django_db
def test_the_browser_is_remembered_as_it_calls_itself(ada: User) -> None:
    browser = Browser(headers={"User-Agent": "Tèst\x07/1.0 " + "x" * 300})
    browser.sign_in("ada@example.com", PASSWORD)
    agent = SsoSession.objects.get().user_agent
    assert len(agent) == 200
    assert agent.startswith("Tèst/1.0 x")


@pytest.mark.django_db
def test_a_finished_sign_in_cannot_be_sent_again(browser: Browser, ada: User) -> None:
    address = browser.name("ada@example.com")
    token = browser.token(address)
    assert browser.send(address, {"password": PASSWORD}, token=token).status_code == 303
    browser.get("/leave")
    replayed = browser.send(address, {"password": PASSWORD}, token=browser.token(browser.begin()))
    assert replayed.status_code == 410
    assert browser.whoami()["user"] is None


def _race(browser: Browser, addresses: list[str], hashes: Hashes) -> list[Any]:
    """Send the password to each address at once: all have read the state before any has finished hashing."""
    tokens = [browser.token(address) for address in addresses]
    answers: list[Any] = []
    hashes.meet = threading.Barrier(len(addresses))

    def press(address: str, token: str) -> None:
        twin = Browser()
        twin.cookies.load({name: morsel.value for name, morsel in browser.cookies.items()})
        try:
            answers.append(twin.send(address, {"password": PASSWORD}, token=token))
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=pair) for pair in zip(addresses, tokens, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    hashes.meet = None
    return answers


@pytest.mark.django_db(transaction=True)
def test_two_submits_at_once_make_one_session(browser: Browser, ada: User, hashes: Hashes) -> None:
    address = browser.name("ada@example.com")
    answers = _race(browser, [address] * 2, hashes)
    assert [answer.status_code for answer in answers] == [303] * 2
    assert SsoSession.objects.count() == 1
    assert SecurityEvent.objects.filter(event="login_succeeded").count() == 1
    assert sum("idp_session" in answer.cookies for answer in answers) == 1


@pytest.mark.django_db(transaction=True)
def test_two_sign_ins_of_one_browser_at_once_both_succeed(browser: Browser, ada: User, hashes: Hashes) -> None:
    addresses = [browser.name("ada@example.com"), browser.name("ada@example.com")]
    answers = _race(browser, addresses, hashes)
    assert [answer.status_code for answer in answers] == [303, 303]
    assert all("idp_session" in answer.cookies for answer in answers)


@pytest.mark.django_db
def test_a_database_fault_at_the_end_keeps_the_sign_in_for_another_try(
    browser: Browser, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = browser.name("ada@example.com")
    token = browser.token(address)

    def failing(execute: Callable[..., object], sql: str, *rest: object) -> object:
        if "login_ssosession" in sql and sql.startswith("INSERT"):
            raise DatabaseError("disk full")
        return execute(sql, *rest)

    browser.raise_request_exception = False
    with connection.execute_wrapper(failing):
        failed = browser.send(address, {"password": PASSWORD}, token=token)
    assert failed.status_code == 500
    assert b"disk full" not in failed.content
    assert browser.whoami()["user"] is None
    assert not SecurityEvent.objects.filter(event="login_succeeded").exists()

    assert browser.send(address, {"password": PASSWORD}, token=token).status_code == 303
    assert browser.whoami()["user"] == str(ada.pk)


@pytest.mark.django_db(transaction=True)
def test_an_account_disabled_while_its_password_is_checked_gets_no_session(
    browser: Browser, ada: User, hashes: Hashes, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = browser.name("ada@example.com")
    token = browser.token(address)
    monkeypatch.setattr(hashes, "one", lambda: set_active(user_id=ada.pk, active=False))
    answer = browser.send(address, {"password": PASSWORD}, token=token)
    assert answer.status_code == 401
    assert not SsoSession.objects.exists()
