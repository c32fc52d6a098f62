"""Several workers, workers that die, transactions that commit late: the chain neither forks nor loses an event."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from idp.audit import sealing
from idp.audit.models import AuditLink, AuditSeal
from idp.audit.sealing import seal_waiting

# Connections of their own, kills: nothing here may sit in one transaction of the test.
from idp.audit.verifier import LATEST
from idp.core import clock
from idp.core.ids import first_id
from idp.oidc.jose import audit_seal
from idp.oidc.jose.audit_seal import seal_audit
from idp.oidc.tests.audit.trail import events, problems, recorded, waiting
from idp.tests.killed import killed_at, moments

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("signing_key"), pytest.mark.unmeasured]


def test_of_workers_at_once_none_forks_the_chain() -> None:
    at_once = 4
    recorded(5)
    start = Barrier(at_once)

    def race(_worker: int) -> int:
        waits = [start]

        def sign_together(claims: Mapping[str, Any]) -> str:
            # All of them have read the same end of the chain when the first one writes.
            if waits:
                waits.pop().wait(timeout=60)
            return audit_seal._signed(claims)

        try:
            return seal_waiting(sign_together)
        finally:
            connection.close()

    with ThreadPoolExecutor(at_once) as pool:
        assert sorted(pool.map(race, range(at_once))) == [0, 0, 0, 6]
    assert AuditSeal.objects.count() == 1
    assert problems() == []


def test_a_worker_that_builds_on_an_old_end_stores_nothing() -> None:
    recorded(2)
    inner: list[int] = []

    def slow(claims: Mapping[str, Any]) -> str:
        # Another worker seals while this one signs.
        if not inner:
            inner.append(-1)
            inner[0] = seal_audit()
        return audit_seal._signed(claims)

    assert seal_waiting(slow) == 0
    assert inner == [3]
    assert AuditLink.objects.count() == 3
    assert problems() == []


def test_killed_at_any_moment_the_next_run_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BATCH", 2)
    for moment in moments():
        recorded(5)
        killed = killed_at(moment, seal_audit)
        assert problems() == []
        seal_audit()
        assert waiting() == 0
        assert problems() == []
        if not killed:
            return


def test_an_id_that_is_older_than_sealed_ones_is_not_lost() -> None:
    """The same on any store: what a late transaction leaves is a row whose id is smaller than sealed ones."""
    recorded(3)
    seal_audit()
    # Half a day is longer than any transaction of ours.
    events(pk=first_id(clock.epoch(clock.now()) - LATEST // 2))
    assert (seal_audit(), waiting()) == (1, 0)
    assert problems() == []
