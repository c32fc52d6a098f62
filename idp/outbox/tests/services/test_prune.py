"""Old messages go, open ones and recent ones stay."""

import pytest

from idp.core import clock
from idp.outbox.models import Message
from idp.outbox.services.prune import prune_messages
from idp.outbox.tests.conftest import Receiver, write

DAY = 24 * 3600


@pytest.mark.django_db
def test_only_messages_settled_long_ago_are_deleted(receiver: Receiver) -> None:
    moment = clock.now()
    ages = {"delivered_at": (8, 6), "dead_at": (91, 89)}
    kept = {write().id}
    Message.objects.update(created_at=moment - clock.seconds(400 * DAY))
    for column, (old, young) in ages.items():
        Message.objects.filter(id=write().id).update(**{column: moment - clock.seconds(old * DAY)})
        recent = write()
        Message.objects.filter(id=recent.id).update(**{column: moment - clock.seconds(young * DAY)})
        kept.add(recent.id)
    assert prune_messages() == 2
    assert set(Message.objects.values_list("id", flat=True)) == kept
    assert prune_messages() == 0
