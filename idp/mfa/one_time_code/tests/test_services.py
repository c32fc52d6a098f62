"""One-time codes: every rule that makes six digits enough."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.db import connection
from time_machine import TimeMachineFixture

from idp.accounts.identifiers import Email, PhoneNumber
from idp.core import clock
from idp.mfa.one_time_code.code import slot_of
from idp.mfa.one_time_code.errors import CodeRefused, CodeTooSoon
from idp.mfa.one_time_code.models import OneTimeCode
from idp.mfa.one_time_code.services.check_code import MOST_TRIES, check_code
from idp.mfa.one_time_code.services.send_code import COOL_DOWN_SECONDS, MOST_IN_WINDOW, send_code, send_instead
from idp.mfa.one_time_code.types import Asked, Purpose
from idp.outbox.inbox import list_sent

pytestmark = pytest.mark.django_db

MAIL = Asked(purpose=Purpose.VERIFY_EMAIL, to=Email("ada@example.com"), visit="one visit")
TEXT = Asked(purpose=Purpose.VERIFY_PHONE, to=PhoneNumber("+2348012345678"), visit="one visit")


def asked(visit: str = "one visit", to: str = "ada@example.com", purpose: Purpose = Purpose.VERIFY_EMAIL) -> Asked:
    return Asked(purpose=purpose, to=Email(to), visit=visit)


def newest_code() -> str:
    """As its reader finds it."""
    found = re.search(r"\b([0-9]{6})\b", list_sent()[0].text)
    assert found
    return found[1]


def another(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


@pytest.fixture
def pass_seconds(time_machine: TimeMachineFixture) -> Callable[[float], None]:
    time_machine.move_to(dt.datetime.now(tz=dt.UTC), tick=False)
    return time_machine.shift


@pytest.mark.parametrize(("wanted", "channel"), [(MAIL, "mail"), (TEXT, "sms")])
@pytest.mark.spec("OWASP ASVS 5.0", "6.5.1")
def test_a_code_reaches_its_address_and_counts_once(wanted: Asked, channel: str) -> None:
    send_code(asked=wanted)
    sent = list_sent()[0]
    assert (sent.channel, sent.to) == (channel, wanted.to.value)
    check_code(asked=wanted, code=f" {newest_code()[:3]} {newest_code()[3:]} ")
    with pytest.raises(CodeRefused):
        check_code(asked=wanted, code=newest_code())


@pytest.mark.parametrize(
    "elsewhere", [asked(visit="another visit"), asked(to="bola@example.com"), asked(purpose=Purpose.VERIFY_PHONE)]
)
def test_a_code_counts_only_where_it_was_asked_for(elsewhere: Asked) -> None:
    send_code(asked=elsewhere)
    send_code(asked=MAIL)
    with pytest.raises(CodeRefused):
        check_code(asked=elsewhere, code=newest_code())
    check_code(asked=MAIL, code=newest_code())


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "1" * 5000])
def test_what_is_no_code_is_refused(typed: str) -> None:
    send_code(asked=MAIL)
    with pytest.raises(CodeRefused):
        check_code(asked=MAIL, code=typed)


def test_after_five_tries_even_the_right_one_is_refused() -> None:
    send_code(asked=MAIL)
    for _ in range(MOST_TRIES):
        with pytest.raises(CodeRefused):
            check_code(asked=MAIL, code=another(newest_code()))
    with pytest.raises(CodeRefused):
        check_code(asked=MAIL, code=newest_code())


def test_a_code_lives_ten_minutes(pass_seconds: Callable[[float], None]) -> None:
    send_code(asked=MAIL)
    pass_seconds(601)
    with pytest.raises(CodeRefused):
        check_code(asked=MAIL, code=newest_code())


def test_only_the_newest_code_counts(pass_seconds: Callable[[float], None]) -> None:
    send_code(asked=MAIL)
    before = newest_code()
    pass_seconds(61)
    send_code(asked=MAIL)
    assert OneTimeCode.objects.filter(closed_at__isnull=True).count() == 1
    if before != newest_code():
        with pytest.raises(CodeRefused):
            check_code(asked=MAIL, code=before)
    check_code(asked=MAIL, code=newest_code())


def test_the_next_code_waits_a_minute() -> None:
    send_code(asked=MAIL)
    with pytest.raises(CodeTooSoon) as refused:
        send_code(asked=MAIL)
    assert 0 < int(refused.value.retry_after or 0) <= 60
    assert len(list_sent()) == 1


@pytest.mark.spec("OWASP ASVS 5.0", "6.6.3")
def test_one_address_is_written_to_five_times_an_hour_whoever_asks(pass_seconds: Callable[[float], None]) -> None:
    for number in range(MOST_IN_WINDOW):
        send_code(asked=asked(visit=str(number)))
    with pytest.raises(CodeTooSoon):
        send_code(asked=asked(visit="one more"))
    send_code(asked=asked(to="bola@example.com"))
    pass_seconds(3601)
    send_code(asked=asked(visit="one more"))


def test_a_message_in_place_of_a_code_holds_none_and_counts_alike() -> None:
    send_instead(asked=MAIL, template="account_exists")
    assert not re.search(r"\b[0-9]{6}\b", list_sent()[0].text)
    with pytest.raises(CodeRefused):
        check_code(asked=MAIL, code="000000")
    with pytest.raises(CodeTooSoon):
        send_instead(asked=MAIL, template="account_exists")


def test_the_table_holds_neither_code_nor_address() -> None:
    send_code(asked=MAIL)
    row = OneTimeCode.objects.get()
    stored = f"{row.slot} {row.address} {row.digest}"
    assert "ada@" not in stored
    assert len(row.digest) == 64
    assert str(row) == str(row.pk)


def test_a_new_code_closes_the_one_before(pass_seconds: Callable[[float], None]) -> None:
    send_code(asked=MAIL)
    pass_seconds(COOL_DOWN_SECONDS)
    send_code(asked=MAIL)
    assert OneTimeCode.objects.filter(closed_at__isnull=True).count() == 1


def test_of_two_codes_asked_for_at_once_one_is_sent() -> None:
    # The rival's row arrives after the open ones were closed and before ours is written: the moment no reading can see.
    rivals = iter([OneTimeCode(slot=slot_of(MAIL), address="a" * 64, digest="", created_at=clock.now(), expires_at=clock.now())])

    def rival_first(execute: Callable[..., object], sql: str, *rest: object) -> object:
        table = OneTimeCode._meta.db_table
        if sql.startswith("INSERT") and table in sql and (rival := next(rivals, None)):
            rival.save(force_insert=True)
        return execute(sql, *rest)

    with connection.execute_wrapper(rival_first), pytest.raises(CodeTooSoon):
        send_code(asked=MAIL)
    assert list_sent() == ()


def test_old_rows_go_when_new_ones_come(pass_seconds: Callable[[float], None]) -> None:
    send_code(asked=MAIL)
    pass_seconds(24 * 3600 + 1)
    send_code(asked=TEXT)
    assert OneTimeCode.objects.count() == 1
