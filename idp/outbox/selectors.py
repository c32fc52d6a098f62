"""Reading messages: what is due, what was given up."""

import datetime as dt
from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from idp.outbox.models import Message

if TYPE_CHECKING:
    from django.db.models import QuerySet


def open_messages() -> "QuerySet[Message]":
    """Neither delivered nor given up."""
    return Message.objects.filter(delivered_at=None, dead_at=None)


def due_messages(*, at: dt.datetime, limit: int, busy: Collection[str] = ()) -> list[Message]:
    """What may be claimed at this moment, longest due first: not of a `busy` receiver, not behind another of its order key."""
    before = Q(position__lt=OuterRef("position")) | Q(position=OuterRef("position"), id__lt=OuterRef("id"))
    earlier = open_messages().exclude(order_key="").filter(before, order_key=OuterRef("order_key"))
    due = open_messages().filter(next_attempt_at__lte=at).exclude(receiver__in=busy).filter(~Exists(earlier))
    return list(due.order_by("next_attempt_at", "id")[:limit])


def waiting_messages() -> "QuerySet[Message]":
    """Open messages, oldest first."""
    return open_messages().order_by("id")


def dead_messages() -> "QuerySet[Message]":
    """Messages that were given up and wait for an operator, oldest first."""
    return Message.objects.exclude(dead_at=None).order_by("id")
