"""The link of a mail and the code of a text message: good once, for a while, in one place, for the account as it was."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from pytest_django import Settings

from idp.accounts.models import User
from idp.accounts.services.set_active import set_active
from idp.conftest import PASSWORD
from idp.login.tests.browser import Browser, Page
from idp.login.tests.recovery import NEW, PHONE, ask, asked, code, follow, link, password_of, work
from idp.outbox.inbox import list_sent
from idp.recovery.models import RecoveryKey
from idp.recovery.services.ask import COOL_DOWN_SECONDS
from idp.recovery.services.open_key import LIFETIME_SECONDS
from idp.tests.database_faults import failing

pytestmark = pytest.mark.django_db


# --- A link is good once, for a while, for the account as it was ------------------------------------------------------------
def refused(browser: Browser, address: str) -> Page:
    """The page that says so, with the way to another message."""
    answer = browser.get(address)
    assert answer.status_code == 410, (answer.status_code, answer.headers)
    page = Page(answer.content.decode())
    assert "no longer good" in page.text
    assert "error-action" in page.by_id
    return page


@pytest.mark.spec("OWASP ASVS 5.0", "6.4.3")
def test_looking_spends_nothing_and_using_it_does(browser: Browser, ada: User) -> None:
    there, address = asked(browser), link()
    for _ in range(3):
        # A mail scanner, which keeps no cookies and runs what it finds by GET.
        assert Browser().get(address).status_code == 303
        assert Browser().head(address).status_code == 303
        browser.page(there)
    assert Browser().post(address).status_code in {403, 405}
    token = browser.token(there)
    assert browser.send(there, {"password": NEW}).status_code == 303
    spent = password_of(ada)
    page = refused(Browser(), address)
    assert page.by_id["error-action"]["href"] == "/login?next=/account&forgotten=1&fresh=1"
    assert browser.send(there, {"password": PASSWORD}, token=token).headers["Location"].endswith("/password")
    assert password_of(ada) == spent


def test_of_two_pages_with_the_same_link_one_wins(browser: Browser, ada: User) -> None:
    mine = asked(browser)
    other = Browser()
    theirs = follow(other)
    token = other.token(theirs)
    assert browser.send(mine, {"password": NEW}).status_code == 303
    answer = other.send(theirs, {"password": "violin tractor umbrella"}, token=token)
    assert answer.status_code == 410
    # The way on stays in the sign-in that is under way.
    again = str(Page(answer.content.decode()).by_id["error-action"]["href"])
    assert other.page(again).by_id["id_username"]
    assert User.objects.get(pk=ada.pk).check_password(NEW)


@pytest.mark.spec("OWASP ASVS 5.0", "6.4.3")
def test_the_newest_link_alone_counts(browser: Browser, ada: User, later: Callable[[float], None]) -> None:
    there = ask(browser, "ada@example.com")
    work()
    old = link()
    later(COOL_DOWN_SECONDS + 1)
    browser.send(there, {"again": "1"})
    work()
    assert link() != old
    refused(browser, old)
    follow(browser)


@pytest.mark.spec("OWASP ASVS 5.0", "6.4.1")
def test_after_half_an_hour_it_is_over(browser: Browser, ada: User, later: Callable[[float], None]) -> None:
    ask(browser, "ada@example.com")
    work()
    later(LIFETIME_SECONDS - 1)
    there, token = follow(browser), browser.token(follow(browser))
    later(2)
    refused(browser, link())
    refused(browser, there)
    assert browser.send(there, {"password": NEW}, token=token).status_code == 410
    assert User.objects.get(pk=ada.pk).check_password(PASSWORD)


def changed_password(user: User) -> None:
    user.set_password("violin tractor umbrella")
    user.save(update_fields=["password"])


def changed_address(user: User) -> None:
    user.email = "other@example.com"
    user.save(update_fields=["email"])


def lost_proof(user: User) -> None:
    user.email_verified = False
    user.save(update_fields=["email_verified"])


def disabled_account(user: User) -> None:
    set_active(user_id=user.pk, active=False)


@pytest.mark.spec("OWASP ASVS 5.0", "6.4.3")
@pytest.mark.parametrize("change", [changed_password, changed_address, lost_proof, disabled_account])
def test_it_is_bound_to_the_account_as_it_was(browser: Browser, ada: User, change: Callable[[User], None]) -> None:
    there, token = asked(browser), browser.token(follow(browser))
    change(User.objects.get(pk=ada.pk))
    before = password_of(ada)
    refused(browser, link())
    assert browser.send(there, {"password": NEW}, token=token).status_code == 410
    assert password_of(ada) == before


def test_who_signs_in_where_they_asked_had_not_forgotten_it(browser: Browser, ada: User) -> None:
    there = ask(browser, "ada@example.com")
    work()
    assert browser.send(there.replace("check-messages", "password"), {"password": PASSWORD}).headers["Location"] == "/whoami"
    refused(browser, link())


def test_a_thief_who_signs_in_elsewhere_does_not_keep_the_owner_out(browser: Browser, ada: User) -> None:
    there = asked(browser)
    Browser().sign_in("ada@example.com", PASSWORD)
    assert browser.send(there, {"password": NEW}).status_code == 303


@pytest.mark.spec("OWASP ASVS 5.0", "14.2.1")
def test_the_key_stands_in_no_page_and_in_no_referrer(browser: Browser, ada: User) -> None:
    there = asked(browser)
    answer = browser.get(link())
    key = link().rpartition("/")[2]
    assert (answer.headers["Referrer-Policy"], answer.headers["Cache-Control"]) == ("no-referrer", "no-store")
    page = browser.get(there)
    assert key not in there
    assert key not in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    row = RecoveryKey.objects.get()
    assert key not in str(vars(row))


# What whoever asks, or a proxy that hands on anything, says of where we are.
ELSEWHERE = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example;proto=https", "X-Forwarded-Proto": "http"}


@pytest.mark.spec("OWASP ASVS 5.0", "6.4.1")
def test_links_lead_here_whatever_the_request_says_of_the_host(ada: User, settings: Settings) -> None:
    stranger = Browser(headers=ELSEWHERE)
    asked(stranger)
    Browser().sign_in("ada@example.com", PASSWORD)
    Browser(headers=ELSEWHERE).sign_in("ada@example.com", PASSWORD)
    links = [found for sent in list_sent() for found in re.findall(r"https?://[\w.:-]+/\S+", sent.text)]
    assert {"/".join(found.split("/")[:3]) for found in links} == {settings.IDP_ISSUER}
    assert {found.rsplit("/", 2)[1] for found in links} >= {"recover", "not-me"}
    # Under another name we do not answer at all.
    assert Browser().get("/login", headers={"Host": "evil.example"}).status_code == 400


def test_a_code_is_of_no_use_in_another_browser(browser: Browser, phoebe: User, later: Callable[[float], None]) -> None:
    mine = ask(browser, PHONE)
    work()
    later(COOL_DOWN_SECONDS + 1)
    other = Browser()
    theirs = ask(other, PHONE)
    assert other.send(theirs, {"code": code()}).status_code == 401
    assert browser.send(mine, {"code": code()}).headers["Location"].endswith("/new-password")
    assert RecoveryKey.objects.count() == 1


def test_what_cannot_be_written_can_be_tried_again(browser: Browser, ada: User) -> None:
    there = asked(browser)
    browser.raise_request_exception = False

    token = browser.token(there)
    with connection.execute_wrapper(failing('INSERT INTO "audit_')):
        assert browser.send(there, {"password": NEW}, token=token).status_code == 503
    assert User.objects.get(pk=ada.pk).check_password(PASSWORD)
    assert browser.send(there, {"password": NEW}).status_code == 303
