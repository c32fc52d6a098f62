"""`SecurityEvent` is append-only on every path the ORM offers."""

import uuid
from collections.abc import Callable

import pytest

from idp.audit.errors import HistoryIsFixed
from idp.audit.models import SecurityEvent
from idp.audit.types import Event
from idp.core.meaning import meaning_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def event() -> SecurityEvent:
    return SecurityEvent.objects.create(event=Event.LOGOUT, client_id="web")


def test_a_row_gets_an_id_a_time_and_reads_back(event: SecurityEvent) -> None:
    again = SecurityEvent.objects.get()
    assert (again.pk, again.event, again.client_id) == (event.pk, "logout", "web")
    assert again.pk.version == 7
    assert again.at.utcoffset() is not None
    assert str(again).startswith("logout 20")


@pytest.mark.parametrize(
    "change",
    [
        lambda event: event.save(),
        lambda event: event.save(update_fields=["event"]),
        lambda event: event.save(force_update=True),
        lambda event: event.delete(),
        lambda event: SecurityEvent.objects.update(event=Event.LOGIN_FAILED),
        lambda event: SecurityEvent.objects.all().delete(),
        lambda event: SecurityEvent.objects.filter(pk=event.pk).update(client_id="other"),
        lambda event: SecurityEvent.objects.filter(pk=event.pk).delete(),
        lambda event: SecurityEvent.objects.bulk_update([event], ["client_id"]),
        lambda event: SecurityEvent.objects.bulk_create(
            [event], update_conflicts=True, update_fields=["client_id"], unique_fields=["id"]
        ),
        lambda event: SecurityEvent.objects.bulk_create([event], ignore_conflicts=True),
        lambda event: SecurityEvent.objects.update_or_create(pk=event.pk, defaults={"client_id": "other"}),
        lambda event: SecurityEvent._base_manager.filter(pk=event.pk).update(client_id="other"),
        lambda event: SecurityEvent._base_manager.filter(pk=event.pk).delete(),
    ],
)
def test_no_path_changes_or_deletes_a_row(event: SecurityEvent, change: Callable[[SecurityEvent], object]) -> None:
    event.client_id = "forged"
    with pytest.raises(HistoryIsFixed):
        change(event)
    assert SecurityEvent.objects.get().client_id == "web"


def test_a_second_row_cannot_take_the_id_of_the_first(event: SecurityEvent) -> None:
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        SecurityEvent(pk=event.pk, event=Event.LOGIN_FAILED).save()
    assert SecurityEvent.objects.get().event == Event.LOGOUT


def test_many_rows_can_be_appended_at_once() -> None:
    SecurityEvent.objects.bulk_create([SecurityEvent(event=Event.LOGOUT) for _ in range(3)])
    assert SecurityEvent.objects.count() == 3


def test_the_newest_comes_first() -> None:
    made = [SecurityEvent.objects.create(event=Event.LOGOUT).pk for _ in range(3)]
    assert [event.pk for event in SecurityEvent.objects.all()] == made[::-1]


def test_the_person_reads_a_general_sentence() -> None:
    error = meaning_of(HistoryIsFixed(detail="internal"))
    assert "internal" not in str(error.message)
    assert error.status == 500


def test_every_event_fits_its_column_and_names_are_stable() -> None:
    limit = SecurityEvent._meta.get_field("event").max_length or 0
    assert all(len(event.value) <= limit for event in Event)
    assert {"login_succeeded", "login_failed", "session_ended", "code_replayed", "user_created"} <= set(Event.values)
    assert isinstance(SecurityEvent().pk, uuid.UUID)
