"""Write down what became of an attempt: delivered, tried again later, or given up.

Each is an UPDATE that takes the attempt as its condition: a worker that was slower than its lease changes nothing that another
one wrote meanwhile.
"""

import logging
import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.db import transaction

from idp.core import clock
from idp.outbox.models import Message
from idp.outbox.schedule import pause_after
from idp.outbox.selectors import open_messages

if TYPE_CHECKING:
    from django.db.models import QuerySet

logger = logging.getLogger("idp.outbox")

_LONGEST_ERROR = 200


def settle_delivered(message: Message, *, keeps: bool = False) -> None:
    """It was taken; its payload is forgotten unless its kind `keeps` it."""
    forgotten = {} if keeps else {"payload": None}
    _still_ours(message).update(delivered_at=clock.now(), last_error="", **forgotten)
    logger.info("message delivered", extra=_facts(message))


def settle_failed(message: Message, *, reason: str, gave_up: Callable[[str], None], keeps: bool = True) -> None:
    """Try again later, or give up where later would be too late. `gave_up` and `keeps` as in `settle_dead`."""
    moment = clock.now()
    again = moment + pause_after(message.attempts, chance=secrets.randbelow(1000) / 1000)
    if again >= message.expires_at:
        settle_dead(message, reason=reason, gave_up=gave_up, keeps=keeps)
        return
    _still_ours(message).update(next_attempt_at=again, last_error=reason[:_LONGEST_ERROR])
    pause = round((again - moment).total_seconds())
    logger.warning("message not delivered", extra={**_facts(message), "reason": reason, "again_in_seconds": pause})


@transaction.atomic
def settle_dead(message: Message, *, reason: str, gave_up: Callable[[str], None], keeps: bool = True) -> None:
    """Give up: the message stays for an operator, its payload only if its kind `keeps` it. `gave_up` runs in the same
    transaction, once, with the reason.
    """
    forgotten = {} if keeps else {"payload": None}
    if _still_ours(message).update(dead_at=clock.now(), last_error=reason[:_LONGEST_ERROR], **forgotten):
        gave_up(reason)
        logger.error("message given up", extra={**_facts(message), "reason": reason})


def _still_ours(message: Message) -> "QuerySet[Message]":
    """The row, as long as nobody settled it or claimed it anew."""
    return open_messages().filter(id=message.id, attempts=message.attempts)


def _facts(message: Message) -> dict[str, object]:
    return {"message_id": str(message.id), "kind": message.kind, "receiver": message.receiver, "attempt": message.attempts}
