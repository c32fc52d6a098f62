"""Events are chained once each, in the order of sealing, and what is settled is never searched again."""

import datetime as dt
import json
import logging
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from joserfc import jws

from idp.audit import sealing
from idp.audit.errors import HistoryIsFixed
from idp.audit.models import AuditLink, AuditSeal
from idp.audit.sealing import seal_waiting
from idp.audit.services import record
from idp.audit.types import Event
from idp.audit.verifier import LATEST
from idp.core import chores, clock
from idp.core.ids import first_id
from idp.oidc.jose.audit_seal import seal_audit
from idp.oidc.tests.audit.trail import events, found, problems, recorded, sealed, waiting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("signing_key")]


def test_what_was_recorded_is_sealed_once_and_the_trail_is_whole() -> None:
    recorded(3)
    assert waiting() == 4  # the key's own making is an event too
    assert (seal_audit(), seal_audit(), waiting()) == (4, 0, 0)
    recorded(2)
    assert seal_audit() == 2
    assert list(AuditLink.objects.order_by("position").values_list("position", flat=True)) == [1, 2, 3, 4, 5, 6]
    assert list(AuditSeal.objects.order_by("number").values_list("number", "last")) == [(1, 4), (2, 6)]
    assert problems() == []


def test_an_empty_trail_is_whole_and_what_waits_is_no_problem() -> None:
    assert problems() == []
    recorded(1)
    assert problems() == []


def test_the_worker_is_told_to_seal() -> None:
    chore = {chore.name: chore for chore in chores.chores()}["seal_audit"]
    assert chore.every <= dt.timedelta(minutes=1)
    assert chore.run is seal_audit


def test_a_backlog_is_sealed_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BATCH", 2)
    recorded(6)
    assert seal_audit() == 7
    assert AuditSeal.objects.count() == 4
    assert problems() == []


def test_a_run_ends_and_the_next_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BATCH", 1)
    monkeypatch.setattr(sealing, "_MOST_SEALS", 2)
    recorded(4)
    assert [seal_audit() for _ in range(4)] == [2, 2, 1, 0]
    assert problems() == []


def test_a_request_neither_seals_nor_asks_for_the_chain(django_assert_num_queries: Callable[..., Any]) -> None:
    with transaction.atomic(), django_assert_num_queries(1):
        record(event=Event.DATA_EXPORTED)


def test_the_head_is_in_the_log_for_whoever_keeps_it_elsewhere(caplog: pytest.LogCaptureFixture) -> None:
    recorded(1)
    with caplog.at_level(logging.INFO, logger="idp.audit.sealing"):
        seal_audit()
    seal = AuditSeal.objects.get()
    assert [record.__dict__["seal"] for record in caplog.records] == [f"1:{seal.head}"]


def test_without_a_key_events_wait() -> None:
    recorded(1)

    def keyless(_claims: Mapping[str, Any]) -> str:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        seal_waiting(keyless)
    assert not AuditLink.objects.exists()
    assert seal_audit() == 2


# --- Clocks -------------------------------------------------------------------------------------------------------------
def test_a_clock_far_ahead_does_not_shut_the_others_out() -> None:
    events(pk=first_id(clock.epoch(clock.now()) + 40 * LATEST))
    seal_audit()
    recorded(1)
    assert (seal_audit(), waiting()) == (1, 0)
    assert problems() == []


def test_what_is_settled_is_not_searched_again_and_a_false_date_is_found() -> None:
    recorded(2)
    assert sealed() == 3
    forged = events(pk=first_id(clock.epoch(clock.now()) - 2 * LATEST))
    assert (sealed(), waiting()) == (0, 1)
    assert found("outside the chain") == [
        f"Event {forged.pk} is outside the chain: it was written with a date before the last seal."
    ]


def test_what_was_settled_stays_so(time_machine: Any) -> None:  # noqa: ANN401 - the plugin's fixture
    recorded(1)
    seal_audit()
    settled = AuditSeal.objects.get(number=1).settled
    # Half a day late, which may be, does not open the day before it again.
    events(pk=first_id(settled + LATEST // 2))
    seal_audit()
    assert AuditSeal.objects.get(number=2).settled >= settled


def test_nobody_seals_for_more_than_a_day() -> None:
    event = events(pk=first_id(clock.epoch(clock.now()) - 2 * LATEST))
    assert found("no worker") == [f"Event {event.pk} waits for its seal since more than a day: no worker seals."]


# --- Tampered with ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("model", [AuditLink, AuditSeal])
def test_nobody_changes_or_deletes_the_chain(model: Any) -> None:  # noqa: ANN401 - two models
    recorded(1)
    seal_audit()
    row = model.objects.first()
    for change in (row.save, row.delete, model.objects.all().delete, partial(model.objects.update, pk=9)):
        with pytest.raises(HistoryIsFixed):
            change()


def test_a_link_that_no_seal_covers_stops_the_worker_aloud() -> None:
    (event,) = recorded(1)
    AuditLink.objects.create(position=1, event_id=event.pk, digest="0" * 64)
    with pytest.raises(HistoryIsFixed, match="verify_audit"):
        seal_audit()
    assert found("belongs to no seal")


def test_the_signed_statement_says_what_was_stored() -> None:
    recorded(1)
    seal_audit()
    seal = AuditSeal.objects.get()
    payload = json.loads(jws.extract_compact(seal.token.encode()).payload)
    assert {name: payload[name] for name in ("seal", "last", "head", "settled")} == {
        "seal": seal.number, "last": seal.last, "head": seal.head, "settled": seal.settled,
    }  # fmt: skip
