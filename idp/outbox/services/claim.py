"""Take a due message for oneself: one conditional UPDATE, the same on every database, decides between workers."""

from django.db.models import F

from idp.core import clock
from idp.outbox.models import Message
from idp.outbox.schedule import LEASE
from idp.outbox.selectors import open_messages


def claim(message: Message) -> bool:
    """Whether this caller may deliver `message` now, alone until the lease is over. Raises `django.db.Error`.

    The number of attempts is the fence: it is another one as soon as anybody claimed the message since it was read.
    """
    moment = clock.now()
    unclaimed = open_messages().filter(id=message.id, attempts=message.attempts, next_attempt_at__lte=moment)
    if not unclaimed.update(attempts=F("attempts") + 1, next_attempt_at=moment + LEASE):
        return False
    message.attempts += 1
    return True
