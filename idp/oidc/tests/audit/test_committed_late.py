"""A transaction that began before others and commits after them; PostgreSQL only, because SQLite has one writer."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Event as Flag

import pytest
from django.db import connection, transaction

from idp.audit.models import AuditLink, SecurityEvent
from idp.audit.services import record
from idp.audit.types import Event
from idp.oidc.jose.audit_seal import seal_audit
from idp.oidc.tests.audit.trail import problems, recorded, waiting

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("signing_key")]


def test_what_is_committed_late_takes_the_next_place() -> None:
    written, let_go = Flag(), Flag()

    def late() -> uuid.UUID:
        try:
            with transaction.atomic():
                record(event=Event.LOGOUT, client_id="late")
                early = SecurityEvent.objects.get(client_id="late").pk
                written.set()
                assert let_go.wait(timeout=60)
            return early
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(late)
        assert written.wait(timeout=60)
        recorded(2)
        assert seal_audit() == 3
        let_go.set()
        early = answer.result(timeout=60)
    assert early < max(link.event_id for link in AuditLink.objects.all())
    assert waiting() == 1
    assert (seal_audit(), waiting()) == (1, 0)
    assert AuditLink.objects.get(event_id=early).position == 4
    assert problems() == []
