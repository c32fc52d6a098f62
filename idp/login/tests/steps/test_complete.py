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
from idp.login.requirement import LoginRequirement
from idp.login.services.begin_login import begin_login, new_login_uid
from idp.login.state import logins
from idp.login.tests.browser import Browser, Page
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


# --- Pressed twice, and Back ------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_pressing_the_button_again_or_going_back_leads_where_the_first_press_led(browser: Browser, ada: User) -> None:
    address = browser.name("ada@example.com", browser.begin(return_to="/whoami?x=1"))
    assert browser.send(address, {"password": PASSWORD}).headers["Location"] == "/whoami?x=1"
    token = browser.token(browser.begin(fresh=True))
    for again in (
        browser.get(address),
        browser.get(address.replace("password", "identifier")),
        browser.send(address, {"password": PASSWORD}, token=token),
        browser.send(address, {"password": "wrong"}, token=token),
    ):
        assert (again.status_code, again.headers["Location"]) == (303, "/whoami?x=1")
    assert SsoSession.objects.count() == 1


@pytest.mark.django_db
def test_a_finished_sign_in_sent_again_grants_nothing(browser: Browser, ada: User) -> None:
    address = browser.name("ada@example.com")
    assert browser.send(address, {"password": PASSWORD}).status_code == 303
    browser.get("/leave")
    replayed = browser.send(address, {"password": PASSWORD}, token=browser.token(browser.begin()))
    assert (replayed.status_code, replayed.headers["Location"]) == (303, "/whoami")
    assert browser.whoami()["user"] is None
    assert SsoSession.objects.get().ended_at is not None


@pytest.mark.django_db
def test_another_browser_learns_nothing_of_a_finished_sign_in(browser: Browser, ada: User) -> None:
    address = browser.name("ada@example.com")
    browser.send(address, {"password": PASSWORD})
    assert Browser().get(address).status_code == 410


@pytest.mark.django_db
def test_a_finished_sign_in_is_forgotten_after_a_quarter_of_an_hour(
    later: Callable[[float], None], browser: Browser, ada: User
) -> None:
    address = browser.name("ada@example.com")
    browser.send(address, {"password": PASSWORD})
    later(899)
    assert browser.get(address).status_code == 303
    later(2)
    assert browser.get(address).status_code == 410


@pytest.mark.django_db
def test_the_same_wish_can_be_fulfilled_again_after_a_sign_out(browser: Browser, ada: User) -> None:
    requirement = LoginRequirement(uid=new_login_uid(), return_to="/whoami")
    for _ in range(2):
        first = begin_login(requirement=requirement, browser=browser.key())
        assert browser.send(browser.name("ada@example.com", first), {"password": PASSWORD}).status_code == 303
        assert browser.whoami()["user"] == str(ada.pk)
        browser.get("/leave")


@pytest.mark.django_db(transaction=True)
def test_naming_somebody_while_the_password_is_checked_brings_no_finished_sign_in_back(
    browser: Browser, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = browser.name("ada@example.com")
    uid = address.split("/")[2]
    token = browser.token(address)
    read = browser.token(address.replace("password", "identifier") + "?restart=1")

    # Between reading the sign-in and storing who was named, the other tab's password finishes it.
    def finishing(text: str) -> str:
        monkeypatch.undo()
        assert browser.send(address, {"password": PASSWORD}, token=token).status_code == 303
        return text

    monkeypatch.setattr("unicodedata.normalize", lambda _form, text: finishing(text))
    answer = browser.send(address.replace("password", "identifier") + "?restart=1", {"username": "bola@example.com"}, token=read)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/whoami")
    assert logins.get(uid) is None


# --- At the same time ---------------------------------------------------------------------------------------------------


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
    # Like a wrong password: the same page, the same sentence, and it can be tried again.
    assert answer.status_code == 401
    page = Page(answer.content.decode())
    assert "is not right" in page.text
    assert "id_password" in page.by_id
    assert not SsoSession.objects.exists()
    monkeypatch.undo()
    assert browser.send(address, {"password": PASSWORD}).status_code == 401
    set_active(user_id=ada.pk, active=True)
    assert browser.send(address, {"password": PASSWORD}).status_code == 303
