"""Below the pages: what the worker may meet twice or late, requests at once, and what is tidied up."""

import datetime as dt
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections, transaction
from time_machine import TimeMachineFixture

from idp.accounts.identifiers import Email
from idp.accounts.models import User
from idp.core import clock
from idp.outbox.inbox import list_sent
from idp.outbox.models import Message
from idp.outbox.services.claim import claim
from idp.outbox.services.deliver import deliver
from idp.recovery.errors import AskedTooSoon, RecoveryOver
from idp.recovery.models import AskCounter, RecoveryKey
from idp.recovery.schemas import Place, Via
from idp.recovery.services.ask import RECOVERY, ask
from idp.recovery.services.forget_stale import forget_stale
from idp.recovery.services.open_key import LIFETIME_SECONDS, may_recover, open_key
from idp.recovery.services.recover import pending_recovery

PLACE = Place(uid="u" * 32, browser="b" * 64, return_to="/account")


@pytest.fixture
def ada(make_user: Callable[..., User]) -> User:
    return make_user(email="ada@example.com")


def opened(user: User) -> str:
    with transaction.atomic():
        return open_key(user=user, via=Via.MAIL, place=PLACE)


@pytest.mark.django_db
def test_a_message_that_is_delivered_twice_brings_two_links_of_which_the_newer_counts(ada: User) -> None:
    ask(identifier="ada@example.com", place=PLACE, counter="c")
    message = Message.objects.get(kind=RECOVERY)
    assert claim(message)
    deliver(message)
    # A worker was killed between its work and its note: the lease leads to a repeat.
    payload = message.payload
    Message.objects.filter(pk=message.pk).update(delivered_at=None)
    message.payload = payload
    message.save()
    deliver(message)
    assert len([sent for sent in list_sent() if sent.to == "ada@example.com"]) == 2
    assert RecoveryKey.objects.filter(closed_at=None).count() == 1


@pytest.mark.django_db
def test_nothing_of_a_request_is_kept_once_it_was_answered(ada: User) -> None:
    ask(identifier="nobody@example.com", place=PLACE, counter="c")
    message = Message.objects.get()
    assert claim(message)
    deliver(message)
    assert Message.objects.get().payload is None
    assert not RecoveryKey.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_requests_at_once_one_asks() -> None:
    AskCounter.objects.create(key="c", asked=1, since=clock.now(), last_at=clock.now() - dt.timedelta(minutes=2))
    together = threading.Barrier(4)

    def one() -> bool:
        try:
            together.wait(20)
            ask(identifier="ada@example.com", place=PLACE, counter="c")
        except AskedTooSoon:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(4) as pool:
        asked = [future.result() for future in [pool.submit(one) for _ in range(4)]]
    assert asked.count(True) == 1
    assert Message.objects.count() == 1


@pytest.mark.django_db
def test_a_request_that_was_counted_meanwhile_takes_this_ones_place() -> None:
    AskCounter.objects.create(key="c", asked=1, since=clock.now(), last_at=clock.now() - dt.timedelta(minutes=2))
    others: list[int] = []

    def faster(run: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: ANN401, FBT001 - Django's signature
        if sql.startswith('UPDATE "recovery_askcounter"') and not others:
            others.append(1)
            AskCounter.objects.filter(key="c").update(asked=2, last_at=clock.now())
        return run(sql, params, many, context)

    with connection.execute_wrapper(faster), pytest.raises(AskedTooSoon):
        ask(identifier="ada@example.com", place=PLACE, counter="c")
    assert others
    assert not Message.objects.exists()


def test_only_an_enabled_account_by_a_proven_address() -> None:
    to = Email("ada@example.com")
    assert may_recover(User(email="ada@example.com", email_verified=True), to)
    assert not may_recover(User(email="ada@example.com", email_verified=True, is_active=False), to)
    assert not may_recover(User(email="ada@example.com", phone_number_verified=True), to)
    assert not may_recover(None, to)


@pytest.mark.django_db
@pytest.mark.spec("OWASP ASVS 5.0", "6.4.1")
def test_a_key_lasts_half_an_hour_and_is_gone_after_a_day(ada: User, time_machine: TimeMachineFixture) -> None:
    assert LIFETIME_SECONDS <= 1800
    time_machine.move_to(dt.datetime.now(tz=dt.UTC), tick=False)
    key = opened(ada)
    AskCounter.objects.create(key="c", asked=1, since=clock.now(), last_at=clock.now())
    assert pending_recovery(key=key).name == "ada@example.com"
    time_machine.shift(1800)
    with pytest.raises(RecoveryOver):
        pending_recovery(key=key)
    assert forget_stale() == {"keys": 0, "counters": 0}
    time_machine.shift(25 * 3600)
    assert forget_stale() == {"keys": 1, "counters": 1}
