"""The process dies at any moment of a sign-up, a recovery, a deletion: what was committed is there and delivered, and everything
else can be done again by the person. Several at once: one of them does it.
"""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from django.db import connections
from pytest_django import Settings

from idp.accounts.identifiers import Email, index_of
from idp.accounts.models import User
from idp.accounts.services.erasure import schedule_erasure
from idp.audit.models import SecurityEvent
from idp.conftest import PASSWORD
from idp.core import clock
from idp.login.models import SsoSession
from idp.login.tests import recovery
from idp.login.tests.browser import Browser
from idp.mfa.one_time_code.models import OneTimeCode
from idp.outbox.inbox import list_sent
from idp.outbox.models import Message
from idp.privacy.services.erase import erase_account
from idp.recovery.models import AskCounter, RecoveryKey
from idp.tests.killed import killed_at, moments

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.unmeasured]

NEW = "seventeen copper kettles sing"
FORM = {"given_name": "Ngozi", "family_name": "Eze", "role": "client", "password": NEW}


@pytest.fixture(autouse=True)
def _no_limits(settings: Settings) -> None:
    """Everything is done many times from one network."""
    settings.IDP_THROTTLE = False


def code_for(address: str) -> str:
    """The newest one, or "" where the newest message holds none."""
    found = re.search(r"\b([0-9]{6})\b", next(sent.text for sent in list_sent() if sent.to == address))
    return found[1] if found else ""


def follow(browser: Browser, address: str) -> str:
    """The newest link in a mail to this address, opened; the clean address it leads to."""
    found = next(link for sent in list_sent() if sent.to == address and (link := re.search(r"/recover/\S+", sent.text)))
    answer = browser.get(found[0])
    assert answer.status_code == 303, answer.content.decode()
    return answer.headers["Location"]


def a_while_later() -> None:
    """Messages may be asked for again, and nobody looks for the older ones."""
    Message.objects.all().delete()
    OneTimeCode.objects.all().update(created_at=clock.now() - clock.seconds(7200))
    AskCounter.objects.all().delete()


def somebody(address: str, make_user: Callable[..., User]) -> Browser:
    """An account with a session in another browser, and one that has a link for a new password open."""
    make_user(email=address)
    assert Browser().sign_in(address, PASSWORD).status_code == 303
    return Browser()


def test_the_form_of_a_sign_up() -> None:
    for moment in moments():
        browser, address = Browser(), f"new{moment}@example.com"
        first = browser.begin(create=True)
        token = browser.token(first)
        killed = killed_at(moment, partial(browser.send, first, {**FORM, "username": address}, token=token))
        # The same form again, or the page that follows it, where the sign-in outlived the process.
        answer = browser.send(first, {**FORM, "username": address}, token=token)
        assert (answer.status_code, answer.headers["Location"].rpartition("/")[2]) == (303, "verify-address")
        assert Message.objects.filter(kind="mail").count() == moment + 1, "one message each, whatever happened"
        assert browser.send(answer.headers["Location"], {"code": code_for(address)}).headers["Location"] == "/whoami"
        if not killed:
            return


def test_the_code_of_a_sign_up() -> None:
    for moment in moments():
        browser, address = Browser(), f"new{moment}@example.com"
        there = browser.send(browser.begin(create=True), {**FORM, "username": address}).headers["Location"]
        code, token = code_for(address), browser.token(there)
        killed = killed_at(moment, partial(browser.send, there, {"code": code}, token=token))
        made = User.objects.filter(email_verified=True).count() - moment
        # An account with its proof and the trail of both, or none.
        assert SecurityEvent.objects.filter(event="contact_verified").count() == moment + made
        assert User.objects.count() == moment + made
        get_in(Browser() if made else browser, there, address, code, is_made=bool(made))
        assert User.objects.count() == moment + 1
        if not killed:
            assert made
            return


def get_in(browser: Browser, there: str, address: str, code: str, *, is_made: bool) -> None:
    """What a person does: the code once more, else another one; and where the account is there, the password."""
    if is_made:
        assert browser.sign_in(address, NEW).headers["Location"] == "/whoami"
        return
    answer = browser.send(there, {"code": code})
    if answer.status_code == 401:
        a_while_later()
        assert browser.send(there, {"again": "1"}).status_code == 303
        answer = browser.send(there, {"code": code_for(address)})
    assert answer.headers["Location"] == "/whoami"


def test_the_wish_for_a_new_password(make_user: Callable[..., User]) -> None:
    for moment in moments():
        address = f"who{moment}@example.com"
        browser = somebody(address, make_user)
        named = browser.name(address).replace("/password", "/forgotten-password")
        token = browser.token(named)
        killed = killed_at(moment, partial(browser.send, named, {"username": address}, token=token))
        asked = AskCounter.objects.count()
        assert Message.objects.filter(kind="recovery.asked", delivered_at=None).count() == asked, (
            "counted and written, or neither"
        )
        if not asked:
            assert browser.send(named, {"username": address}, token=token).status_code == 303
        recovery.work()
        assert browser.send(follow(browser, address), {"password": NEW}).status_code == 303
        a_while_later()
        if not killed:
            return


def test_a_worker_that_answers_the_wish(make_user: Callable[..., User]) -> None:
    for moment in moments():
        address = f"who{moment}@example.com"
        browser = somebody(address, make_user)
        recovery.ask(browser, address)
        killed = killed_at(moment, recovery.work)
        # Another worker, when what the dead one held is free.
        Message.objects.filter(delivered_at=None).update(next_attempt_at=clock.now())
        recovery.work()
        assert not Message.objects.filter(kind="recovery.asked", delivered_at=None).exists()
        assert RecoveryKey.objects.filter(user__email_verified=True, closed_at=None).count() == 1
        assert browser.send(follow(browser, address), {"password": NEW}).status_code == 303
        a_while_later()
        if not killed:
            return


def test_the_new_password(make_user: Callable[..., User]) -> None:
    for moment in moments():
        address = f"who{moment}@example.com"
        browser = somebody(address, make_user)
        recovery.ask(browser, address)
        recovery.work()
        there = follow(browser, address)
        token = browser.token(there)
        killed = killed_at(moment, partial(browser.send, there, {"password": NEW}, token=token))
        user = User.objects.order_by("-created_at").first()
        assert user is not None
        changed = user.check_password(NEW)
        # All of it or nothing: the key, the sessions, the news.
        assert RecoveryKey.objects.filter(user=user, closed_at=None).exists() is not changed
        assert SsoSession.objects.filter(user=user, ended_at=None).exists() is not changed
        assert bool([sent for sent in list_sent() if sent.to == address and "password was changed" in sent.subject]) is changed
        if not changed:
            assert browser.send(there, {"password": NEW}, token=token).status_code == 303
        assert Browser().sign_in(address, NEW).headers["Location"] == "/whoami"
        a_while_later()
        if not killed:
            assert changed
            return


def test_an_erasure(make_user: Callable[..., User]) -> None:
    for moment in moments():
        address = f"gone{moment}@example.com"
        somebody(address, make_user)
        user = User.objects.get()
        schedule_erasure(user_id=user.pk, due_at=clock.now())
        killed = killed_at(moment, partial(erase_account, user.pk))
        # The chore's next run goes on from where it stands.
        erase_account(user.pk)
        assert not User.objects.exists()
        assert not SsoSession.objects.exists()
        assert SecurityEvent.objects.filter(event="account_erased").count() == moment + 1
        if not killed:
            return


def test_of_sign_ups_of_one_address_at_once_one_makes_the_account(make_user: Callable[..., User]) -> None:
    for prepared in (False, True):
        address = f"at-once-{int(prepared)}@example.com"
        if prepared:
            make_user(email=address, email_verified=False)
        people = []
        for number in range(4):
            browser = Browser()
            answer = browser.send(browser.begin(create=True), {**FORM, "given_name": f"Person {number}", "username": address})
            people.append((browser, answer.headers["Location"], code_for(address), browser.token(answer.headers["Location"])))
        begin = Barrier(len(people))

        def give(browser: Browser, there: str, code: str, token: str, begin: Barrier = begin) -> int:
            try:
                begin.wait(60)
                return browser.send(there, {"code": code}, token=token).status_code
            finally:
                connections.close_all()

        with ThreadPoolExecutor(len(people)) as pool:
            answers = sorted(answer.result() for answer in [pool.submit(give, *person) for person in people])
        assert answers == [303, 401, 401, 401]
        assert SsoSession.objects.filter(user__email_index=index_of(Email(address))).count() == 1
    assert User.objects.count() == 2


def test_of_pages_with_one_link_at_once_one_sets_the_password(make_user: Callable[..., User]) -> None:
    address = "at-once@example.com"
    recovery.ask(somebody(address, make_user), address)
    recovery.work()
    pages = [(browser := Browser(), there := follow(browser, address), browser.token(there)) for _ in range(4)]
    begin = Barrier(len(pages))

    def give(browser: Browser, there: str, token: str, number: int) -> int:
        try:
            begin.wait(60)
            return browser.send(there, {"password": f"{NEW} {number}"}, token=token).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(pages)) as pool:
        answers = [answer.result() for answer in [pool.submit(give, *page, number) for number, page in enumerate(pages)]]
    assert sorted(answers) == [303, 410, 410, 410]
    assert User.objects.get().check_password(f"{NEW} {answers.index(303)}")
