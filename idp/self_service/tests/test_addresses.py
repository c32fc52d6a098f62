"""A new e-mail address or phone number: fresh proof, its code, and only then is it the account's."""

import re
from collections.abc import Callable

import pytest

from idp.accounts.models import User
from idp.audit.models import SecurityEvent
from idp.authenticators.tests.conftest import age, session_of, sign_in_again, signed_in
from idp.login.delays import FREE_FAILURES
from idp.login.services.end_session import end_session
from idp.login.strength import FRESH_SECONDS
from idp.login.tests.browser import Browser
from idp.mfa.one_time_code.models import OneTimeCode
from idp.outbox.inbox import list_sent

pytestmark = pytest.mark.django_db

PAGE = "/account/addresses"
NEW = "new@example.com"
PHONE = "+2348012345678"


def code() -> str:
    found = re.search(r"\b([0-9]{6})\b", list_sent()[0].text)
    assert found
    return found[1]


def wrong() -> str:
    return f"{(int(code()) + 1) % 10**6:06d}"


def ask(browser: Browser, address: str = NEW, kind: str = "email") -> None:
    answer = browser.send(PAGE, {"act": "change", "kind": kind, "address": address})
    assert (answer.status_code, answer.headers.get("Location")) == (303, PAGE), answer.content.decode()


def confirm(browser: Browser, typed: str) -> int:
    return browser.send(PAGE, {"act": "confirm", "code": typed}).status_code


def stored(person: User) -> tuple[str | None, bool]:
    fresh = User.objects.get(pk=person.pk)
    return fresh.email, fresh.email_verified


@pytest.mark.spec("OIDC Core", "5.7")
@pytest.mark.spec("OWASP ASVS 5.0", "6.3.7")
def test_the_old_address_stays_until_the_new_one_is_proven_and_both_are_told(ada: User) -> None:
    browser = signed_in(ada)
    ask(browser)
    assert stored(ada) == ("ada@example.com", True)
    assert [sent.to for sent in list_sent()] == [NEW]
    assert browser.page(PAGE).by_id["id_code"]["autocomplete"] == "one-time-code"
    answer = browser.send(PAGE, {"act": "confirm", "code": code()})
    assert answer.headers["Location"] == f"{PAGE}?saved"
    assert "is confirmed" in browser.get(f"{PAGE}?saved").content.decode()
    assert stored(ada) == (NEW, True)
    told = [(sent.to, sent.subject) for sent in list_sent()[:2]]
    assert {to for to, _subject in told} == {"ada@example.com", NEW}
    assert all("email address of your account was changed" in subject for _to, subject in told)
    assert SecurityEvent.objects.filter(event="address_changed", detail={"kind": "email"}).count() == 1
    # The person signs in with the new one and not with the old one.
    assert signed_in(User.objects.get(pk=ada.pk)).get("/account").status_code == 200


def test_a_phone_number_is_added_and_the_mailbox_hears_of_it(ada: User) -> None:
    browser = signed_in(ada)
    ask(browser, "0801 234 5678", "phone_number")
    assert (list_sent()[0].channel, list_sent()[0].to) == ("sms", PHONE)
    assert confirm(browser, code()) == 303
    fresh = User.objects.get(pk=ada.pk)
    assert (fresh.phone_number, fresh.phone_number_verified, fresh.email) == (PHONE, True, "ada@example.com")
    assert {(sent.channel, sent.to) for sent in list_sent()[:2]} == {("mail", "ada@example.com"), ("sms", PHONE)}


@pytest.mark.spec("OWASP ASVS 5.0", "6.3.8")
def test_an_address_of_somebody_else_looks_the_same_and_gets_no_code(ada: User, make_user: Callable[..., User]) -> None:
    make_user(email="bola@example.com")
    pages = []
    for address in ("bola@example.com", "free@example.com"):
        browser = signed_in(ada)
        ask(browser, address)
        page = browser.get(PAGE).content.decode().replace(address, "")
        refused = browser.send(PAGE, {"act": "confirm", "code": "000000" if address[0] == "b" else wrong()})
        pages.append((re.sub(r'value="[^"]{64}"', "", page), refused.status_code))
    assert pages[0] == pages[1]
    told = next(sent for sent in list_sent() if sent.to == "bola@example.com")
    assert "nothing was changed" in told.text
    assert not re.search(r"\b[0-9]{6}\b", told.text)
    assert stored(ada) == ("ada@example.com", True)


@pytest.mark.spec("OWASP ASVS 5.0", "7.5.1")
def test_an_old_sign_in_may_look_and_not_change(ada: User) -> None:
    browser = signed_in(ada)
    token = browser.token(PAGE)
    ask(browser)
    pending = code()
    age(ada, FRESH_SECONDS + 5)
    assert "sign-in-again" in browser.get(PAGE).content.decode()
    for fields in ({"act": "change", "kind": "email", "address": "x@example.com"}, {"act": "confirm", "code": pending}):
        assert browser.send(PAGE, fields, token=token).status_code == 403
    assert stored(ada) == ("ada@example.com", True)


def test_what_is_pending_ends_with_its_session_and_is_nobody_elses(ada: User) -> None:
    browser = signed_in(ada)
    sid = session_of(ada).pk
    ask(browser)
    pending = code()
    other = signed_in(ada)
    assert "id_code" not in other.page(PAGE).by_id
    assert confirm(other, pending) == 410
    end_session(sid=sid, reason="revoked")
    assert browser.get(PAGE).status_code == 303
    assert confirm(sign_in_again(ada, browser), pending) == 410
    assert stored(ada) == ("ada@example.com", True)


def test_it_can_be_dropped(ada: User) -> None:
    browser = signed_in(ada)
    ask(browser)
    assert browser.send(PAGE, {"act": "drop"}).headers["Location"] == PAGE
    assert confirm(browser, code()) == 410
    assert "id_email" in browser.page(PAGE).by_id


@pytest.mark.spec("OWASP ASVS 5.0", "6.3.1")
def test_guesses_are_counted_over_all_codes(ada: User) -> None:
    browser = signed_in(ada)
    ask(browser)
    for _ in range(FREE_FAILURES):
        assert confirm(browser, wrong()) == 401
    OneTimeCode.objects.update(tries=0)
    assert confirm(browser, code()) == 429
    assert stored(ada) == ("ada@example.com", True)


def test_an_address_that_was_taken_meanwhile_stays_where_it_is(ada: User, make_user: Callable[..., User]) -> None:
    browser = signed_in(ada)
    ask(browser)
    proven = code()
    make_user(email=NEW)
    answer = browser.send(PAGE, {"act": "confirm", "code": proven})
    assert (answer.status_code, "a moment ago" in answer.content.decode()) == (409, True)
    assert stored(ada) == ("ada@example.com", True)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"act": "change", "kind": "email", "address": "nobody"}, "valid email address"),
        ({"act": "change", "kind": "email", "address": PHONE}, "valid email address"),
        ({"act": "change", "kind": "phone_number", "address": NEW}, "valid phone number"),
        ({"act": "change", "kind": "email", "address": "Ada@Example.com"}, "has this address already"),
        ({"act": "change", "kind": "fax", "address": NEW}, "Some of what was sent"),
        ({"act": "burn"}, "Some of what was sent"),
    ],
)
def test_what_cannot_be_right_is_explained_and_sends_nothing(ada: User, fields: dict[str, str], sentence: str) -> None:
    answer = signed_in(ada).send(PAGE, fields)
    assert (answer.status_code, sentence in answer.content.decode()) == (400, True)
    assert not list_sent()
