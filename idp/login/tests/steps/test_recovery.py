"""A forgotten password: the way by mail and by text message, what is told to whom, and that a link or code is good once."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from idp.accounts.models import User
from idp.accounts.services.set_active import set_active
from idp.audit.models import SecurityEvent
from idp.conftest import PASSWORD
from idp.core import clock
from idp.login.delays import FREE_FAILURES
from idp.login.models import SsoSession
from idp.login.tests.browser import Browser
from idp.login.tests.conftest import Hashes
from idp.login.tests.recovery import NEW, PHONE, ask, asked, code, follow, work
from idp.mfa.one_time_code.models import OneTimeCode
from idp.outbox.inbox import list_sent
from idp.outbox.models import Message
from idp.recovery.models import RecoveryKey
from idp.recovery.services.ask import COOL_DOWN_SECONDS, MOST_IN_WINDOW, RECOVERY

pytestmark = pytest.mark.django_db


# --- The way, and back to what was interrupted --------------------------------------------------------------------------
@pytest.mark.spec("OWASP ASVS 5.0", "6.4.3")
def test_by_mail_to_a_new_password_and_on_to_where_the_person_was_going(browser: Browser, ada: User) -> None:
    elsewhere = Browser()
    elsewhere.sign_in("ada@example.com", PASSWORD)
    page = browser.page(there := asked(browser))
    assert (page.by_id["id_account"]["value"], page.by_id["id_password"]["autocomplete"]) == ("ada@example.com", "new-password")
    answer = browser.send(there, {"password": NEW})
    # The way goes on in the same sign-in, and asks for the new password.
    assert answer.headers["Location"] == there.replace("new-password", "password")
    assert "Your password is changed" in browser.page(answer.headers["Location"]).text
    assert browser.whoami()["user"] is None
    assert elsewhere.whoami()["user"] is None
    assert browser.send(answer.headers["Location"], {"password": PASSWORD}).status_code == 401
    answer = browser.send(answer.headers["Location"], {"password": NEW})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/whoami")
    assert browser.whoami()["user"] == str(ada.pk)
    events = list(SecurityEvent.objects.values_list("event", "detail"))
    assert ("recovery_begun", {"via": "mail"}) in events
    assert ("password_changed", {"via": "recovery"}) in events


@pytest.mark.spec("OWASP ASVS 5.0", "6.4.3")
def test_by_text_message(browser: Browser, phoebe: User) -> None:
    there = ask(browser, "0801 234 5678")
    work()
    assert list_sent()[0].channel == "sms"
    answer = browser.send(there, {"code": code()})
    assert answer.headers["Location"].endswith("/new-password")
    there = answer.headers["Location"]
    assert browser.page(there).by_id["id_account"]["value"] == PHONE
    answer = browser.send(there, {"password": NEW})
    assert browser.whoami()["user"] is None
    assert browser.send(answer.headers["Location"], {"password": NEW}).headers["Location"] == "/whoami"


def test_on_another_device_the_link_works_and_nothing_of_the_first_is_there(browser: Browser, ada: User) -> None:
    first = ask(browser, "ada@example.com")
    work()
    phone = Browser()
    there = follow(phone)
    assert urlsplit(there).path.split("/")[2] != urlsplit(first).path.split("/")[2]
    answer = phone.send(there, {"password": NEW})
    assert phone.send(answer.headers["Location"], {"password": NEW}).headers["Location"] == "/account"
    # The page on the first one leads on to the password.
    sign_in = str(browser.page(first).by_id["sign-in"]["href"])
    assert browser.send(sign_in, {"password": NEW}).headers["Location"] == "/whoami"


def test_a_sign_in_that_was_lost_with_the_cache_goes_on_all_the_same(browser: Browser, ada: User) -> None:
    from idp.login.state import logins

    uid = ask(browser, "ada@example.com").split("/")[2]
    work()
    logins.discard(uid)
    there = follow(browser)
    assert there.split("/")[2] == uid
    answer = browser.send(there, {"password": NEW})
    assert browser.send(answer.headers["Location"], {"password": NEW}).headers["Location"] == "/whoami"


def test_who_is_signed_in_as_somebody_else_can_follow_the_link(browser: Browser, ada: User, bola: User) -> None:
    ask(browser, "ada@example.com")
    work()
    browser.sign_in("bola@example.com", PASSWORD)
    there = follow(browser)
    assert browser.send(there, {"password": NEW}).status_code == 303
    assert browser.whoami()["user"] == str(bola.pk)


def test_a_second_factor_is_asked_for_as_ever(browser: Browser, ada: User) -> None:
    from idp.authenticators.tests.conftest import with_app

    with_app(ada)
    answer = browser.send(asked(browser), {"password": NEW})
    answer = browser.send(answer.headers["Location"], {"password": NEW})
    assert answer.headers["Location"].endswith("/authenticator-app")
    assert not SsoSession.objects.filter(ended_at=None).exists()


# --- Nobody learns who has an account -----------------------------------------------------------------------------------
def nobody(_make: Callable[..., User]) -> None:
    """No account."""


def there_is(make: Callable[..., User]) -> None:
    make(email="who@example.com")
    make(phone_number=PHONE, verified=True)


def unverified(make: Callable[..., User]) -> None:
    make(email="who@example.com", email_verified=False)
    make(phone_number=PHONE)


def disabled(make: Callable[..., User]) -> None:
    there_is(make)
    for user in User.objects.all():
        set_active(user_id=user.pk, active=False)


@pytest.mark.spec("OWASP ASVS 5.0", "6.3.8")
@pytest.mark.parametrize("who", ["who@example.com", PHONE])
def test_asking_is_alike_whoever_has_the_address(make_user: Callable[..., User], hashes: Hashes, who: str) -> None:
    met = []
    for case in (nobody, there_is, unverified, disabled):
        User.objects.all().delete()
        Message.objects.all().delete()
        RecoveryKey.objects.all().delete()
        connection.cursor().execute("DELETE FROM recovery_askcounter")
        case(make_user)
        browser = Browser()
        there = browser.name(who, browser.begin()).replace("/password", "/forgotten-password")
        token, hashes.count = browser.token(there), 0
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = browser.send(there, {"username": who}, token=token)
        page = browser.get(answer.headers["Location"])
        text = re.sub(r'value="[^"]{64}"|/login/[\w-]+', "", page.content.decode())
        said = [re.sub(r"'[^']*'|[0-9a-f]{32,}", "", query["sql"]) for query in queries.captured_queries]
        met.append((answer.status_code, len(answer.content), sorted(answer.headers), text, said, hashes.count))
        work()
        written = [sent for sent in list_sent() if sent.to == who]
        # Unproven, it is that of whoever proves it, which is one way to do so.
        assert bool(written) == (case in {there_is, unverified})
        if who == PHONE:
            # A guess meets the same work as well.
            refused = browser.send(answer.headers["Location"], {"code": "x"})
            assert (refused.status_code, "not right, or no longer valid" in refused.content.decode()) == (401, True)
            assert OneTimeCode.objects.filter(tries=1).count() == 1
            OneTimeCode.objects.all().delete()
    assert met[0] == met[1] == met[2] == met[3]


def test_who_asked_for_the_deletion_of_the_account_may_come_back_to_keep_it(browser: Browser, ada: User) -> None:
    User.objects.filter(pk=ada.pk).update(erasure_due_at=clock.now() + clock.seconds(3600))
    assert browser.send(asked(browser), {"password": NEW}).status_code == 303


# --- How often ----------------------------------------------------------------------------------------------------------
@pytest.mark.spec("OWASP ASVS 5.0", "6.3.1")
@pytest.mark.parametrize("who", ["ada@example.com", "nobody@example.com"])
def test_one_address_is_asked_for_once_a_minute_and_five_times_an_hour(
    browser: Browser, ada: User, later: Callable[[float], None], who: str
) -> None:
    there = ask(browser, who)
    for _ in range(MOST_IN_WINDOW - 1):
        answer = browser.send(there, {"again": "1"})
        assert (answer.status_code, "a short while ago" in answer.content.decode()) == (429, True)
        # Another browser is no way round.
        other = Browser()
        again = other.name(who, other.begin()).replace("/password", "/forgotten-password")
        assert other.send(again, {"username": who.upper()}).status_code == 429
        later(COOL_DOWN_SECONDS + 1)
        assert browser.send(there, {"again": "1"}).headers["Location"] == there
    later(COOL_DOWN_SECONDS + 1)
    refused = browser.send(there, {"again": "1"})
    assert (refused.status_code, "several times already" in refused.content.decode()) == (429, True)
    assert Message.objects.filter(kind=RECOVERY).count() == MOST_IN_WINDOW


def test_what_strangers_ask_for_does_not_keep_the_owner_waiting(browser: Browser, ada: User) -> None:
    browser.sign_in("ada@example.com", PASSWORD)
    ask(Browser(), "ada@example.com")
    ask(browser, "ada@example.com", browser.begin(fresh=True))


def test_one_network_fills_in_so_many_forms(browser: Browser, settings: Settings) -> None:
    settings.IDP_THROTTLE = True
    there = browser.name("x@example.com").replace("/password", "/forgotten-password")
    token = browser.token(there)
    answers = [browser.send(there, {"username": "x"}, token=token).status_code for _ in range(21)]
    assert answers == [400] * 20 + [429]


@pytest.mark.spec("OWASP ASVS 5.0", "6.3.1")
def test_guesses_are_counted_over_all_codes_of_a_number(
    browser: Browser, phoebe: User, settings: Settings, later: Callable[[float], None]
) -> None:
    settings.IDP_THROTTLE = True
    for guess in range(FREE_FAILURES):
        later(COOL_DOWN_SECONDS + 1)
        there = ask(other := Browser(), PHONE)
        assert other.send(there, {"code": f"{guess:06d}"}).status_code == 401
    work()
    assert other.send(there, {"code": code()}).status_code == 429


# --- What follows -------------------------------------------------------------------------------------------------------
@pytest.mark.spec("OWASP ASVS 5.0", "6.3.7")
def test_both_addresses_hear_of_it_and_nothing_pending_stays_good(
    browser: Browser, make_user: Callable[..., User], later: Callable[[float], None]
) -> None:
    make_user(email="ada@example.com", phone_number=PHONE, verified=True)
    by_text = Browser()
    waiting = ask(by_text, PHONE)
    work()
    pending = code()
    browser.send(asked(browser), {"password": NEW})
    newest = {sent.channel: sent for sent in list_sent()[:2]}
    assert "Somebody who reads your messages chose a new password" in newest["mail"].text
    assert "your password was changed" in newest["sms"].text
    assert by_text.send(waiting, {"code": pending}).status_code == 401


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("", "Please enter a password."),
        ("short", "at least"),
        ("iloveyou", "Many people"),
        ("ada@example.com", "mostly your name"),
    ],
)
def test_the_same_policy_as_everywhere_and_the_link_is_good_still(
    browser: Browser, ada: User, password: str, sentence: str
) -> None:
    there = asked(browser)
    answer = browser.send(there, {"password": password})
    assert (answer.status_code, sentence in answer.content.decode()) == (400, True)
    assert browser.send(there, {"password": NEW}).status_code == 303


def test_what_cannot_be_an_address_is_explained(browser: Browser) -> None:
    there = browser.name("ada@example.com").replace("/password", "/forgotten-password")
    answer = browser.send(there, {"username": "nobody"})
    assert (answer.status_code, "valid email address" in answer.content.decode()) == (400, True)
    assert not Message.objects.exists()


def test_the_entrance_for_a_new_message(browser: Browser) -> None:
    answer = browser.get("/login?next=/account&forgotten=1")
    assert browser.page(answer.headers["Location"]).by_id["id_username"]


def test_a_step_that_is_not_due_takes_nothing(browser: Browser, ada: User) -> None:
    address = browser.name("ada@example.com")
    token = browser.token(address)
    for step in ("new-password", "check-messages"):
        answer = browser.send(address.replace("/password", f"/{step}"), {"password": NEW, "code": "1"}, token=token)
        assert answer.headers["Location"] == address
    assert browser.get("/recover/fst_pr_" + "A" * 43).status_code == 410
