"""One attempt of a claimed message, from its row to what is written down about it. No transaction is open meanwhile."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from pydantic import ValidationError

from idp.core import clock
from idp.core.boundary import guard
from idp.core.crypto import Unreadable
from idp.core.errors import IdpError
from idp.outbox.errors import TryLater, Undeliverable, UnknownKind
from idp.outbox.handlers import handler_of
from idp.outbox.models import Message
from idp.outbox.services.settle import settle_dead, settle_delivered, settle_failed
from idp.outbox.types import Delivery, Handler


@dataclass(frozen=True, slots=True)
class _Failure:
    """Why an attempt failed, and whether another one could not do better."""

    reason: str
    for_good: bool = False


def deliver(message: Message) -> None:
    """Try once and settle. Raises `django.db.Error` when that cannot be written; the lease then leads to a repeat."""
    try:
        handler = handler_of(message.kind)
        payload = handler.schema.model_validate_json(str(message.payload), strict=False)
    except (UnknownKind, Unreadable, ValidationError) as exc:
        # Perhaps a newer release wrote it, or holds the key: another worker may know more.
        settle_failed(message, reason=f"cannot be read here: {type(exc).__name__}", gave_up=lambda _reason: None)
        return
    delivery: Delivery[Any] = Delivery(id=message.id, payload=payload, attempt=message.attempts)

    # Nobody was there to try while it still made sense.
    if message.expires_at <= clock.now():
        failure: _Failure | None = _Failure(message.last_error or "expired before it was tried", for_good=True)
    else:
        failure = _attempt(handler, delivery)

    if failure is None:
        settle_delivered(message, keeps=handler.keeps_delivered())
    else:
        settle = settle_dead if failure.for_good else settle_failed
        gave_up = partial(handler.gave_up, delivery)
        settle(message, reason=failure.reason, gave_up=gave_up, keeps=handler.keeps_given_up())


def _delivered(handler: Handler[Any], delivery: Delivery[Any]) -> _Failure | None:
    try:
        handler.deliver(delivery)
    except TryLater as exc:
        return _Failure(str(exc))
    except Undeliverable as exc:
        return _Failure(str(exc), for_good=True)
    return None


def _fault(error: IdpError, _handler: Handler[Any], _delivery: Delivery[Any]) -> _Failure:
    """A handler that failed in a way it did not foresee; the log has the trace."""
    return _Failure(f"fault of ours: {error.public_code}")


_attempt = guard(_delivered, on_error=_fault)
