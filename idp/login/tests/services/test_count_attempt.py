"""Attempts per account: counted before the hash, alike for everybody, atomic in a burst, and no weapon against the owner."""

import datetime as dt
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from pydantic import SecretStr
from pytest_django import Settings
from time_machine import TimeMachineFixture

from idp.accounts.errors import HashingBusy
from idp.accounts.models import User
from idp.accounts.services.set_active import set_active
from idp.accounts.signals import password_changed
from idp.audit.models import SecurityEvent
from idp.conftest import PASSWORD
from idp.login.delays import FREE_FAILURES
from idp.login.errors import CredentialsRefused, TooManyAttempts
from idp.login.models import AttemptCounter, KnownDevice
from idp.login.services.count_attempt import count_attempt, counter_key, withdraw_attempt
from idp.login.services.prove_password import prove_password
from idp.login.services.remember_device import forget_devices, remember_device
from idp.login.tests.conftest import Hashes

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_one_instant(time_machine: TimeMachineFixture) -> None:
    """On a busy machine, attempts would otherwise outlast the wait they are about."""
    time_machine.move_to(dt.datetime.now(tz=dt.UTC), tick=False)


EMAIL = "ada@example.com"
STRANGER, OWN = "a" * 64, "b" * 64


def attempt(password: str = "wrong", identifier: str = EMAIL, browser: str = STRANGER) -> str:
    """How the provider answers: `in`, `refused` or `wait`."""
    try:
        prove_password(identifier=identifier, password=SecretStr(password), browser=browser)
    except CredentialsRefused:
        return "refused"
    except TooManyAttempts:
        return "wait"
    return "in"


@pytest.mark.spec("OWASP ASVS 5.0", "6.3.1")
@pytest.mark.parametrize("identifier", [EMAIL, "unknown@example.com", "nonsense"])
def test_after_a_few_failures_nobody_is_let_in_and_nothing_is_hashed(ada: User, hashes: Hashes, identifier: str) -> None:
    answers = [attempt(identifier=identifier) for _ in range(FREE_FAILURES + 3)]
    assert answers == ["refused"] * FREE_FAILURES + ["wait"] * 3
    assert hashes.count == FREE_FAILURES
    # The right password has to wait as well, or the wait would tell when it was guessed.
    assert attempt(PASSWORD, identifier) == "wait"


def test_the_wait_ends_and_the_next_one_is_longer(ada: User, later: Callable[[float], None]) -> None:
    for _ in range(FREE_FAILURES):
        attempt()
    for wait in (5, 10, 20):
        with pytest.raises(TooManyAttempts) as told:
            prove_password(identifier=EMAIL, password=SecretStr("wrong"), browser=STRANGER)
        assert told.value.retry_after == wait
        assert str(wait) in str(told.value.message)
        later(wait)
        assert attempt() == "refused"
    later(40)
    assert attempt(PASSWORD) == "in"


def test_a_success_begins_anew_and_a_quiet_day_does_too(ada: User, later: Callable[[float], None]) -> None:
    for _ in range(FREE_FAILURES - 1):
        attempt()
    assert attempt(PASSWORD) == "in"
    assert not AttemptCounter.objects.exists()

    for _ in range(FREE_FAILURES):
        attempt()
    later(24 * 3600 + 1)
    assert [attempt() for _ in range(FREE_FAILURES + 1)] == ["refused"] * FREE_FAILURES + ["wait"]


@pytest.mark.spec("OWASP ASVS 5.0", "6.3.1")
def test_every_spelling_of_an_identifier_is_one_counter(ada: User) -> None:
    assert counter_key(EMAIL) == counter_key(" ADA@Example.COM ")
    assert counter_key("08012345678") == counter_key("+234 801 234 5678")
    spellings = [EMAIL, "ADA@example.com", " ada@EXAMPLE.com", "Ada@Example.Com", "aDa@example.com "]
    assert [attempt(identifier=spelling) for spelling in spellings] == ["refused"] * FREE_FAILURES
    assert attempt(identifier="ADA@EXAMPLE.COM") == "wait"


def test_a_row_says_nothing_about_who_it_counts(ada: User) -> None:
    attempt()
    attempt(identifier="unknown@example.com")
    rows = list(AttemptCounter.objects.all())
    assert {len(row.key) for row in rows} == {64}
    assert {(row.failures, row.next_at < row.last_at) for row in rows} == {(1, True)}
    assert str(rows[0]) == rows[0].key


@pytest.mark.spec("OWASP ASVS 5.0", "6.3.1")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("identifier", [EMAIL, "unknown@example.com"])
def test_five_hundred_wrong_passwords_at_once_cost_a_handful_of_hashes(ada: User, hashes: Hashes, identifier: str) -> None:
    remember_device(user=ada, browser=OWN)
    start = threading.Barrier(20)

    def guess(number: int) -> str:
        if number < 20:
            start.wait(timeout=60)
        try:
            return attempt(f"guess {number}", identifier)
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as crowd:
        answers = list(crowd.map(guess, range(500)))
    assert hashes.count == answers.count("refused") == FREE_FAILURES
    assert answers.count("wait") == 500 - FREE_FAILURES
    # The owner, in a browser the account knows, is not slowed by any of it.
    assert attempt(PASSWORD, EMAIL, OWN) == "in"


@pytest.mark.spec("OWASP ASVS 5.0", "6.3.1")
def test_a_known_device_is_exempt_from_strangers_but_not_from_itself(ada: User, bola: User) -> None:
    remember_device(user=ada, browser=OWN)
    for _ in range(FREE_FAILURES + 1):
        attempt()
    assert attempt(browser=STRANGER) == "wait"
    assert [attempt(browser=OWN) for _ in range(FREE_FAILURES + 1)] == ["refused"] * FREE_FAILURES + ["wait"]
    # Known to one account is a stranger to every other.
    for _ in range(FREE_FAILURES):
        attempt(identifier="bola@example.com", browser=STRANGER)
    assert attempt(identifier="bola@example.com", browser=OWN) == "wait"


def test_a_success_on_a_known_device_gives_strangers_no_new_tries(ada: User) -> None:
    remember_device(user=ada, browser=OWN)
    for _ in range(FREE_FAILURES):
        attempt()
    assert attempt(PASSWORD, browser=OWN) == "in"
    assert attempt(browser=STRANGER) == "wait"


def _forget(user: User) -> None:
    forget_devices(user_id=user.pk)


def _change_password(user: User) -> None:
    password_changed.send(sender=User, user_id=user.pk)


def _disable(user: User) -> None:
    set_active(user_id=user.pk, active=False)


@pytest.mark.parametrize("revoke", [_forget, _change_password, _disable])
def test_devices_can_be_made_unknown_again(make_user: Callable[..., User], revoke: Callable[[User], None]) -> None:
    user = make_user(email=EMAIL, phone_number="08012345678")
    remember_device(user=user, browser=OWN)
    remember_device(user=user, browser=OWN)
    assert KnownDevice.objects.count() == 2
    assert OWN not in {str(device) for device in KnownDevice.objects.all()}
    revoke(user)
    assert not KnownDevice.objects.exists()


def test_a_device_is_known_as_long_as_its_cookie_lives(ada: User, later: Callable[[float], None]) -> None:
    remember_device(user=ada, browser=OWN)
    later(180 * 24 * 3600 + 1)
    for _ in range(FREE_FAILURES):
        attempt()
    assert attempt(browser=OWN) == "wait"
    remember_device(user=ada, browser=STRANGER)
    assert KnownDevice.objects.count() == 1


def test_the_trail_says_when_a_wait_began_and_is_not_flooded(ada: User) -> None:
    for _ in range(FREE_FAILURES + 20):
        attempt()
    trail = [event.detail for event in SecurityEvent.objects.filter(event="login_failed").order_by("at", "id")]
    assert len(trail) == FREE_FAILURES
    assert trail[0] == {"reason": "wrong_password", "method": "pwd"}
    assert trail[-1] == {"reason": "wrong_password", "method": "pwd", "wait_seconds": "5"}


def test_an_attempt_that_checked_nothing_is_taken_back(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    from contextlib import ExitStack

    from idp.accounts.hashing_slots import slots

    with ExitStack() as crowd:
        # Ten others hash or wait: two run, eight stand in line.
        for _ in range(10):
            crowd.enter_context(slots.line())
        for _ in range(FREE_FAILURES * 2):
            with pytest.raises(HashingBusy):
                prove_password(identifier=EMAIL, password=SecretStr(PASSWORD), browser=STRANGER)
    assert AttemptCounter.objects.get().failures == 0
    assert attempt(PASSWORD) == "in"


def test_taking_back_never_takes_back_what_others_did(ada: User) -> None:
    first = count_attempt(identifier=EMAIL, browser=STRANGER)
    for _ in range(FREE_FAILURES - 1):
        attempt()
    withdraw_attempt(attempt=first)
    counter = AttemptCounter.objects.get()
    assert counter.failures == FREE_FAILURES - 1
    assert counter.next_at > counter.last_at


def test_forgotten_counters_make_room_for_new_ones(ada: User, later: Callable[[float], None]) -> None:
    for number in range(4):
        attempt(identifier=f"nobody{number}@example.com")
    later(24 * 3600 + 1)
    attempt()
    assert [row.key for row in AttemptCounter.objects.all()] == [counter_key(EMAIL)]


def test_the_operator_can_switch_it_off(ada: User, settings: Settings) -> None:
    settings.IDP_THROTTLE = False
    assert [attempt() for _ in range(FREE_FAILURES * 3)] == ["refused"] * FREE_FAILURES * 3
    assert attempt(PASSWORD) == "in"
    assert not AttemptCounter.objects.exists()
