"""Text messages by Termii: `POST /api/sms/send` with JSON. Numbers are written without the plus.

Route `dnd` is the one for codes and account news: it also reaches Nigerian numbers that refuse advertising.
"""

import json
import uuid

from django.conf import settings

from idp.core import outbound
from idp.outbox.channels.gateways.judged import judge
from idp.outbox.schemas import TextMessage

_ORIGIN = "https://v3.api.termii.com"
_SECONDS = 8.0


def send_text(_message_id: uuid.UUID, message: TextMessage) -> None:
    """One call. Raises `TryLater`, `Undeliverable`, and what `outbound.send` raises."""
    body = {
        "api_key": settings.IDP_SMS_SECRET,
        "to": message.to.removeprefix("+"),
        "from": settings.IDP_SMS_FROM,
        "sms": message.body,
        "type": "plain",
        "channel": "dnd",
    }
    # The secret is a member of the body; bodies are never logged.
    answer = outbound.send(
        method="POST",
        url=f"{settings.IDP_SMS_URL or _ORIGIN}/api/sms/send",
        body=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
        seconds=_SECONDS,
    )
    judge(answer.status, gateway="Termii")
