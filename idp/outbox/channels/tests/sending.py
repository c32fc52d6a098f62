"""Sending in a test: write, let a worker try once, look at the row."""

from django.db import transaction

from idp.core import clock
from idp.outbox.models import Message
from idp.outbox.selectors import due_messages
from idp.outbox.services.claim import claim
from idp.outbox.services.deliver import deliver
from idp.outbox.services.send import send_mail, send_text

CODE = "384912"
ADDRESS = "ada@example.com"
PHONE = "+2348012345677"
CONTEXT = {"code": CODE, "minutes": "10", "purpose": "verify_email"}


def mailed(*, seconds: int = 600, to: str = ADDRESS) -> Message:
    """A code by mail, of use for so long."""
    with transaction.atomic():
        written = send_mail(to=to, template="one_time_code", context=CONTEXT, useful_until=clock.now() + clock.seconds(seconds))
    return Message.objects.get(id=written)


def texted(*, seconds: int = 600) -> Message:
    """The same by text message."""
    with transaction.atomic():
        written = send_text(
            to=PHONE, template="one_time_code", context=CONTEXT, useful_until=clock.now() + clock.seconds(seconds)
        )
    return Message.objects.get(id=written)


def attempt() -> Message:
    """Claim what is due and try it; the row afterwards."""
    (message,) = due_messages(at=clock.now(), limit=2)
    assert claim(message)
    deliver(message)
    return Message.objects.get(id=message.id)
