"""A message stands and falls with the transaction it was written in, and shows its content to nobody."""

import pytest
from django.db import connection, transaction

from idp.core.types import Schema
from idp.outbox.errors import OutsideTransaction, UnknownKind
from idp.outbox.models import Message
from idp.outbox.services.enqueue import enqueue
from idp.outbox.tests.conftest import KIND, LIFETIME_SECONDS, Note, Receiver, write


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_written(receiver: Receiver) -> None:
    with pytest.raises(OutsideTransaction):
        enqueue(kind=KIND, payload=Note(text="hello"))
    assert not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_rolled_back_takes_its_message_with_it(receiver: Receiver) -> None:
    with transaction.atomic():
        enqueue(kind=KIND, payload=Note(text="hello"))
        transaction.set_rollback(True)
    assert not Message.objects.exists()
    assert not receiver.asked


@pytest.mark.django_db
def test_the_payload_is_sealed_in_the_table(receiver: Receiver) -> None:
    message = write("canary@example.com")
    with connection.cursor() as cursor:
        cursor.execute("SELECT payload FROM outbox_message")
        (stored,) = cursor.fetchone()
    assert stored.startswith("v1.")
    assert "canary" not in stored
    assert message.payload == '{"text":"canary@example.com"}'
    assert (message.expires_at - message.created_at).total_seconds() == LIFETIME_SECONDS


@pytest.mark.django_db
def test_a_kind_nobody_delivers_and_a_payload_of_another_schema_are_refused(receiver: Receiver) -> None:
    class Other(Schema):
        """Not what this kind is sent with."""

    with transaction.atomic():
        with pytest.raises(UnknownKind):
            enqueue(kind="test.unknown", payload=Note(text="hello"))
        with pytest.raises(UnknownKind):
            enqueue(kind=KIND, payload=Other())
    assert not Message.objects.exists()
