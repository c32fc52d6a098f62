"""Write a message in the transaction of the change that causes it."""

import datetime as dt
import uuid

from django.db import connection

from idp.core import clock
from idp.core.types import Schema
from idp.outbox.errors import OutsideTransaction, UnknownKind
from idp.outbox.handlers import handler_of
from idp.outbox.models import Message
from idp.outbox.recipient import recipient_digest


def enqueue(
    *,
    kind: str,
    payload: Schema,
    receiver: str = "",
    order_key: str = "",
    position: int = 0,
    recipient: str = "",
    expires_at: dt.datetime | None = None,
) -> uuid.UUID:
    """One INSERT; returns the id that every attempt will carry. Raises `OutsideTransaction` or `UnknownKind`.

    `receiver` says who gets it, so that a slow one holds up nobody else. Messages of one `order_key` are delivered one after the
    other by `position`, and those of one position in the order they were written; the caller holds a row lock where two of them
    could be written at the same time.
    `recipient` is the address of a person that it is written to or about, stored as a digest: it goes when they are erased.
    After `expires_at` nobody is told any more; without it the kind's own lifetime counts.
    """
    handler = handler_of(kind)
    if not isinstance(payload, handler.schema):
        raise UnknownKind(f"{kind} is not sent with {type(payload).__name__}")
    if not connection.in_atomic_block:
        raise OutsideTransaction(f"{kind}: the message could be sent although the change is lost, or the reverse")
    # Due at once: whoever looks next sees it when the caller's transaction has committed.
    moment = clock.now()
    message = Message(
        kind=kind,
        receiver=receiver,
        order_key=order_key,
        position=position,
        recipient=recipient_digest(recipient),
        payload=payload.model_dump_json(),
        created_at=moment,
        next_attempt_at=moment,
        expires_at=expires_at or moment + handler.lifetime,
    )
    message.save(force_insert=True)
    return message.id
