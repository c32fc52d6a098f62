"""A message on its way, and what the sending app says about a kind of message."""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from idp.core.types import Schema

Payload = TypeVar("Payload", bound=Schema)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery(Generic[Payload]):
    """One attempt. `id` is the same at each attempt of a message, so a receiver can tell a repeat; `attempt` begins at 1."""

    id: uuid.UUID
    payload: Payload
    attempt: int


def _nothing_more(_delivery: Delivery[Any], _reason: str) -> None:
    """Most kinds have nothing to add to the log line of a message that was given up."""


def _nothing_is_kept() -> bool:
    """A payload goes as soon as it was delivered."""
    return False


def _is_kept() -> bool:
    """What was given up waits for an operator, who may send it again."""
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Handler(Generic[Payload]):
    """How one kind of message is delivered.

    `deliver` raises `TryLater` or `Undeliverable` and is done well within the lease (`schedule.LEASE`). `lifetime` is how long
    trying makes sense, where the message itself does not say. `gave_up` runs in the transaction that gives a message up, with
    the reason. The last two say whether the payload outlives a message that was delivered, and one that was given up.
    """

    kind: str
    schema: type[Payload]
    deliver: Callable[[Delivery[Payload]], None]
    lifetime: dt.timedelta
    gave_up: Callable[[Delivery[Payload], str], None] = _nothing_more
    keeps_delivered: Callable[[], bool] = _nothing_is_kept
    keeps_given_up: Callable[[], bool] = _is_kept
