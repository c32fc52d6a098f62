"""What was mailed and texted, in clear, for people who try the provider on their own machine. Production has nothing to read.

Reads what the outbox kept (`channels/kept.py`): also what waits still, and what was given up.
"""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Literal

from pydantic import ValidationError

from idp.core.crypto import Unreadable
from idp.outbox.channels.kept import are_readable_here
from idp.outbox.channels.mail import MAIL
from idp.outbox.channels.texts import TEXT
from idp.outbox.models import Message
from idp.outbox.schemas import Mail, TextMessage

State = Literal["waiting", "delivered", "given up"]
_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One mail or text message as its reader would see it. A text message has no subject and no HTML form."""

    id: uuid.UUID
    channel: Literal["mail", "sms"]
    to: str
    subject: str
    text: str
    html: str
    written_at: dt.datetime
    state: State


def list_sent(*, limit: int = 50) -> tuple[Sent, ...]:
    """The newest first; nothing at all in production."""
    if not are_readable_here():
        return ()
    # Ids of two processes may differ in order by some milliseconds.
    newest = Message.objects.filter(kind__in=(MAIL, TEXT), payload__isnull=False).order_by("-created_at", "-id")
    kept = newest[: min(limit, _MOST)]
    return tuple(sent for message in kept if (sent := _read(message)) is not None)


def find_sent(message_id: uuid.UUID) -> Sent | None:
    """One of them."""
    if not are_readable_here():
        return None
    kept = Message.objects.filter(id=message_id, kind__in=(MAIL, TEXT), payload__isnull=False).first()
    return None if kept is None else _read(kept)


def _read(message: Message) -> Sent | None:
    """None for what another release or another key wrote."""
    try:
        payload = str(message.payload)
        if message.kind == MAIL:
            mail = Mail.model_validate_json(payload, strict=False)
            return _sent(message, to=mail.to, subject=mail.subject, text=mail.plain, html=mail.html)
        text = TextMessage.model_validate_json(payload, strict=False)
        return _sent(message, to=text.to, text=text.body)
    except (Unreadable, ValidationError):
        return None


def _sent(message: Message, *, to: str, text: str, subject: str = "", html: str = "") -> Sent:
    return Sent(
        id=message.id,
        channel="mail" if message.kind == MAIL else "sms",
        to=to,
        subject=subject,
        text=text,
        html=html,
        written_at=message.created_at,
        state="delivered" if message.delivered_at else "given up" if message.dead_at else "waiting",
    )
