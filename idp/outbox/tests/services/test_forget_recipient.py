"""Messages of somebody whose account ends go; what was written to nobody stays."""

import pytest

from idp.core import clock
from idp.outbox.models import Message
from idp.outbox.recipient import recipient_digest
from idp.outbox.services.forget_recipient import forget_recipient

pytestmark = pytest.mark.django_db


def test_nobody_is_no_recipient() -> None:
    for address in ("ada@example.com", ""):
        Message.objects.create(kind=f"to {address}", recipient=recipient_digest(address), expires_at=clock.now())
    assert forget_recipient("") == 0
    assert forget_recipient("ada@example.com") == 1
    assert Message.objects.get().kind == "to "
