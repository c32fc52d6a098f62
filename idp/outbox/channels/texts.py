"""Text messages through the gateway that the operator chose. A gateway is one function; a new one is a line in `_GATEWAYS`."""

import logging
import uuid
from collections.abc import Callable, Mapping
from typing import TypeAlias

from django.conf import settings

from idp.core import clock, outbound
from idp.outbox.channels.gateways import termii, twilio
from idp.outbox.channels.kept import are_readable_here, require_useful
from idp.outbox.errors import TryLater, Undeliverable
from idp.outbox.schemas import TextMessage
from idp.outbox.types import Delivery, Handler

logger = logging.getLogger("idp.outbox.texts")

TEXT = "sms"
_LIFETIME_SECONDS = 24 * 3600

# Raises `TryLater`, `Undeliverable`, and what `outbound.send` raises.
Gateway: TypeAlias = Callable[[uuid.UUID, TextMessage], None]


def _stay_here(message_id: uuid.UUID, _message: TextMessage) -> None:
    """No gateway: on a developer's machine the outbox is the phone. Raises `TryLater` elsewhere."""
    if not are_readable_here():
        raise TryLater("no gateway for text messages is configured (IDP_SMS_GATEWAY)")
    logger.info("text message kept in the outbox, which is the phone here", extra={"message_id": str(message_id)})


_GATEWAYS: Mapping[str, Gateway] = {"console": _stay_here, "twilio": twilio.send_text, "termii": termii.send_text}


def deliver_text(delivery: Delivery[TextMessage]) -> None:
    """One call of the gateway. Raises `TryLater` or `Undeliverable`."""
    require_useful(delivery.payload.useful_until)
    try:
        _GATEWAYS[settings.IDP_SMS_GATEWAY](delivery.id, delivery.payload)
    except outbound.OutboundRefused as exc:
        raise Undeliverable("the gateway's address is not allowed") from exc
    except outbound.OutboundFailed as exc:
        raise TryLater("the gateway did not answer") from exc


def handler() -> Handler[TextMessage]:
    """The kind `sms`."""
    return Handler(
        kind=TEXT,
        schema=TextMessage,
        deliver=deliver_text,
        lifetime=clock.seconds(_LIFETIME_SECONDS),
        keeps_delivered=are_readable_here,
        keeps_given_up=are_readable_here,
    )
