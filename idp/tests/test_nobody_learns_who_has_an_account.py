"""Whoever asks about an address reads the same, whatever account has it or none: every way in, one table of accounts.

Compared is all that a stranger sees: status, headers, cookies, where it leads, the page and its length; and how many hashes were
computed, because they are what takes time. Counts of statements and the message that only the owner gets are tested beside each
page (`idp/login/tests/steps`, `idp/self_service/tests`).
"""

import re
import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.cache import caches
from django.db import transaction
from django.http import HttpResponse
from pytest_django import Settings

from idp.account_api.tests.test_authenticators import caller
from idp.accounts.models import User
from idp.accounts.services.set_active import set_active
from idp.authenticators.tests.conftest import signed_in, with_app
from idp.core import clock
from idp.login.delays import FREE_FAILURES
from idp.login.services.count_attempt import count_attempt
from idp.login.tests.browser import Browser
from idp.login.tests.conftest import Hashes, hashes, later
from idp.login.tests.passkeys import with_passkey
from idp.outbox.models import Message

__all__ = ["hashes", "later"]

pytestmark = [pytest.mark.django_db, pytest.mark.spec("OWASP ASVS 5.0", "6.3.8"), pytest.mark.unmeasured]

Make = Callable[..., User]
EMAIL, PHONE = "who@example.com", "+2348012345678"
WRONG = "not the password of anybody"
FORM = {"given_name": "Ngozi", "family_name": "Eze", "role": "client", "password": "seventeen copper kettles sing"}
# Longer than the wait between two messages to one address.
_A_WHILE = 61


# --- Whom the address may belong to -------------------------------------------------------------------------------------
def account(make: Make, who: str, **more: Any) -> User:  # noqa: ANN401 - whatever NewUser takes
    return make(**({"email": who} if who == EMAIL else {"phone_number": who, "verified": True}), **more)


def nobody(_make: Make, _who: str) -> None:
    """No account."""


def somebody(make: Make, who: str) -> None:
    account(make, who)


def disabled(make: Make, who: str) -> None:
    set_active(user_id=account(make, who).pk, active=False)


def without_password(make: Make, who: str) -> None:
    account(make, who, password=None)


def unverified(make: Make, who: str) -> None:
    make(**({"email": who, "email_verified": False} if who == EMAIL else {"phone_number": who}))


def with_an_app(make: Make, who: str) -> None:
    with_app(account(make, who))


def with_a_passkey(make: Make, who: str) -> None:
    with_passkey(account(make, who))


def about_to_be_erased(make: Make, who: str) -> None:
    user = account(make, who)
    User.objects.filter(pk=user.pk).update(erasure_due_at=clock.now() + clock.seconds(3600))


def guessed_at(make: Make, who: str) -> None:
    """Strangers tried so often that they have to wait."""
    account(make, who)
    for _ in range(FREE_FAILURES):
        count_attempt(identifier=who, browser="s" * 64)


ACCOUNTS = (
    nobody, somebody, disabled, without_password, unverified, with_an_app, with_a_passkey, about_to_be_erased, guessed_at
)  # fmt: skip


# --- What a stranger does, step by step -----------------------------------------------------------------------------------
Walk = Callable[[str, Make, Callable[[float], None]], Iterator[HttpResponse]]


def page_after(browser: Browser, answer: HttpResponse) -> HttpResponse:
    """The page that an answer leads to."""
    page: Any = browser.get(answer.headers["Location"])
    return page  # type: ignore[no-any-return]


def at(browser: Browser, name: str) -> str:
    """The address of this step in a new sign-in."""
    return browser.begin().rpartition("/")[0] + f"/{name}"


def gives_a_name_and_a_wrong_password(who: str, _make: Make, _later: Callable[[float], None]) -> Iterator[HttpResponse]:
    browser = Browser()
    yield (named := browser.send(browser.begin(), {"username": who}))
    yield page_after(browser, named)
    yield browser.send(named.headers["Location"], {"password": WRONG})


def guesses_until_told_to_wait(who: str, _make: Make, _later: Callable[[float], None]) -> Iterator[HttpResponse]:
    browser = Browser()
    address = browser.name(who)
    for _ in range(FREE_FAILURES + 2):
        yield browser.send(address, {"password": WRONG})


def signs_up(who: str, _make: Make, later: Callable[[float], None]) -> Iterator[HttpResponse]:
    browser = Browser()
    address = browser.begin(create=True)
    yield (sent := browser.send(address, {**FORM, "username": who}))
    there = sent.headers["Location"]
    yield page_after(browser, sent)
    yield browser.send(there, {"code": "000 000"})
    yield browser.send(there, {"again": "1"})
    later(_A_WHILE)
    yield browser.send(there, {"again": "1"})
    # Back, and the same address once more.
    yield browser.send(f"{address}?restart=1", {**FORM, "username": who})
    for _ in range(6):
        yield browser.send(there, {"code": "000000"})


def has_forgotten_the_password(who: str, _make: Make, later: Callable[[float], None]) -> Iterator[HttpResponse]:
    browser = Browser()
    yield (sent := browser.send(at(browser, "forgotten-password"), {"username": who}))
    there = sent.headers["Location"]
    yield page_after(browser, sent)
    yield browser.send(there, {"again": "1"})
    later(_A_WHILE)
    yield browser.send(there, {"again": "1"})
    for _ in range(FREE_FAILURES + 2):
        yield browser.send(there, {"code": "000000"})


def moves_to_the_address(who: str, make: Make, later: Callable[[float], None]) -> Iterator[HttpResponse]:
    browser = signed_in(make(email="bola@example.com"))
    page, change = "/account/addresses", {"act": "change", "kind": "email" if who == EMAIL else "phone_number", "address": who}
    yield browser.send(page, change)
    yield page_after(browser, browser.send(page, {"act": "drop"}))
    yield browser.send(page, change)
    later(_A_WHILE)
    yield browser.send(page, change)
    for _ in range(FREE_FAILURES + 2):
        yield browser.send(page, {"act": "confirm", "code": "000000"})


def moves_to_the_address_by_the_api(who: str, make: Make, later: Callable[[float], None]) -> Iterator[HttpResponse]:
    call: Callable[..., Any] = caller(signed_in(make(email="bola@example.com")))
    new, change = "/api/v1/account/addresses/new", {"kind": "email" if who == EMAIL else "phone_number", "address": who}
    yield call("put", new, change)
    yield call("put", new, change)
    later(_A_WHILE)
    yield call("put", new, change)
    yield call("get", "/api/v1/account/addresses")
    for _ in range(FREE_FAILURES + 2):
        yield call("post", f"{new}/code", {"code": "000000"})


WALKS: tuple[Walk, ...] = (
    gives_a_name_and_a_wrong_password, guesses_until_told_to_wait, signs_up, has_forgotten_the_password, moves_to_the_address,
    moves_to_the_address_by_the_api,
)  # fmt: skip


# --- What they see ------------------------------------------------------------------------------------------------------
def without_chance(text: str) -> str:
    """Ids, form tokens and challenges are drawn anew for everybody; their length stays."""
    return re.sub(r"[A-Za-z0-9_-]{22,}", lambda drawn: f"<{len(drawn[0])}>", text)


def seen(answer: HttpResponse) -> dict[str, Any]:
    headers = {name: without_chance(value) for name, value in answer.headers.items() if name != "X-Request-ID"}
    cookies = {
        name: (len(morsel.value), *(morsel[key] for key in ("path", "domain", "samesite", "httponly", "secure", "max-age")))
        for name, morsel in answer.cookies.items()
    }
    text = without_chance(answer.content.decode().replace(answer.headers["X-Request-ID"], "<id>"))
    return {"status": answer.status_code, "headers": headers, "cookies": cookies, "size": len(answer.content), "text": text}


@contextmanager
def nothing_stays() -> Iterator[None]:
    """Whatever is written meanwhile was never there."""
    # Redis keeps its own time, so what one case sent would count against the next.
    caches["limits"].clear()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("who", [EMAIL, PHONE], ids=["mail", "phone"])
@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.__name__)
def test_every_account_and_none_read_alike(
    make_user: Make, hashes: Hashes, later: Callable[[float], None], walk: Walk, who: str
) -> None:
    met = {}
    for case in ACCOUNTS:
        # Whoever is being guessed at by others makes everybody wait at that address, whether or not there is an account.
        if case is guessed_at and walk in {gives_a_name_and_a_wrong_password, guesses_until_told_to_wait}:
            continue
        with nothing_stays():
            case(make_user, who)
            hashes.count = 0
            met[case.__name__] = [seen(answer) for answer in walk(who, make_user, later)], hashes.count
    steps, work = met.pop("nobody")
    # Something happened: no step was a fault, and none led astray.
    assert {step["status"] for step in steps} <= {200, 303, 400, 401, 410, 429}
    assert len({step["status"] for step in steps}) >= 2
    for name, (others, hashed) in met.items():
        assert [step["status"] for step in others] == [step["status"] for step in steps], name
        for number, (theirs, expected) in enumerate(zip(others, steps, strict=True)):
            assert theirs == expected, (name, number)
        assert hashed == work, name


@pytest.mark.parametrize("walk", [signs_up, has_forgotten_the_password], ids=lambda walk: walk.__name__)
def test_a_mail_server_that_is_down_tells_nothing_either(
    make_user: Make, later: Callable[[float], None], settings: Settings, monkeypatch: pytest.MonkeyPatch, walk: Walk
) -> None:
    """Messages lie in the outbox until the worker has its turn: no request waits for a server, or learns that there is none."""
    asked: list[object] = []
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.IDP_MODE = "127.0.0.1", 9, "production"
    monkeypatch.setattr(smtplib, "SMTP", asked.append)
    met = []
    for case in (nobody, somebody):
        with nothing_stays():
            case(make_user, EMAIL)
            met.append([seen(answer) for answer in walk(EMAIL, make_user, later)])
            assert Message.objects.filter(delivered_at=None).exists()
    assert met[0] == met[1]
    assert asked == []
