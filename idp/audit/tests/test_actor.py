"""Who acted for somebody else is part of the event, and of no later one."""

import uuid

import pytest

from idp.audit.actor import acting, actor
from idp.audit.models import SecurityEvent
from idp.audit.selectors import pseudonym_of
from idp.audit.services import record
from idp.audit.types import Event

pytestmark = pytest.mark.django_db


def test_events_inside_name_the_actor_by_pseudonym() -> None:
    staff, person = uuid.uuid4(), uuid.uuid4()
    with acting(staff):
        record(event=Event.USER_DEACTIVATED, user_id=person, detail={"reason": "asked"})
    row = SecurityEvent.objects.get()
    assert row.detail == {"reason": "asked", "by": pseudonym_of(staff)}
    assert row.pseudonym == pseudonym_of(person)
    assert str(staff) not in str(row.detail)


def test_the_next_event_names_nobody_even_after_a_failure() -> None:
    with pytest.raises(RuntimeError), acting(uuid.uuid4()):
        raise RuntimeError
    assert actor() is None
    record(event=Event.LOGOUT)
    assert SecurityEvent.objects.get().detail == {}
