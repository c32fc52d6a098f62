"""`record` writes in the caller's transaction, names nobody, and keeps only short facts."""

import uuid

import pytest
import structlog
from django.db import transaction

from idp.audit.models import SecurityEvent
from idp.audit.selectors import list_events, pseudonym_of
from idp.audit.services import record
from idp.audit.types import Event
from idp.core import crypto

USER = uuid.UUID("01900000-0000-7000-8000-000000000001")


@pytest.mark.django_db
def test_everything_given_is_kept() -> None:
    sid = uuid.uuid4()
    with structlog.contextvars.bound_contextvars(request_id="r-1"):
        record(event=Event.LOGIN_SUCCEEDED, user_id=USER, client_id="web", sid=sid, browser="b" * 64, detail={"method": "pwd"})
    event = SecurityEvent.objects.get()
    assert (event.event, event.client_id, event.sid, event.browser) == ("login_succeeded", "web", sid, "b" * 64)
    assert (event.request_id, event.detail) == ("r-1", {"method": "pwd"})


@pytest.mark.django_db
def test_little_is_needed() -> None:
    record(event=Event.KEY_CREATED)
    event = SecurityEvent.objects.get()
    assert (event.pseudonym, event.client_id, event.sid, event.browser, event.request_id) == ("", "", None, "", "")
    assert event.detail == {}


@pytest.mark.django_db
def test_the_person_is_a_pseudonym_that_needs_the_key() -> None:
    record(event=Event.LOGOUT, user_id=USER)
    stored = SecurityEvent.objects.values().get()
    assert str(USER) not in str(stored)
    assert USER.hex not in str(stored)
    assert stored["pseudonym"] == crypto.keyed_digest(USER.bytes, label="audit.pseudonym").hex()
    assert stored["pseudonym"] != pseudonym_of(uuid.uuid4())


@pytest.mark.django_db
def test_a_persons_events_are_found_newest_first_and_nobody_elses() -> None:
    record(event=Event.LOGIN_FAILED, user_id=USER)
    record(event=Event.LOGIN_FAILED, user_id=uuid.uuid4())
    record(event=Event.LOGIN_SUCCEEDED, user_id=USER)
    assert [event.event for event in list_events(user_id=USER)] == ["login_succeeded", "login_failed"]
    assert len(list_events(user_id=USER, limit=1)) == 1


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_rolled_back_leaves_no_record() -> None:
    with transaction.atomic():
        record(event=Event.USER_UPDATED, user_id=USER)
        transaction.set_rollback(True)
    assert not SecurityEvent.objects.exists()


@pytest.mark.django_db
def test_hostile_text_is_cut_and_storable() -> None:
    record(event=Event.LOGIN_FAILED, client_id="c" * 999, detail={"agent": "a\x00\ud800b" + "x" * 9999})
    event = SecurityEvent.objects.get()
    assert len(event.client_id) == 255
    assert event.detail["agent"].startswith("abx")
    assert len(event.detail["agent"]) <= 200


@pytest.mark.django_db
def test_a_record_that_cannot_be_written_is_not_silent() -> None:
    from django.db import DatabaseError, connection

    def refuse(*_args: object) -> None:
        raise DatabaseError("disk full")

    with connection.execute_wrapper(refuse), pytest.raises(DatabaseError):
        record(event=Event.LOGOUT, user_id=USER)
