"""Text messages by Twilio: `POST /2010-04-01/Accounts/<SID>/Messages.json`, HTTP Basic with SID and token (RFC 7617 §2)."""

import base64
import uuid
from urllib.parse import quote, urlencode

from django.conf import settings

from idp.core import clock, outbound
from idp.outbox.channels.gateways.judged import judge
from idp.outbox.schemas import TextMessage

_ORIGIN = "https://api.twilio.com"
_SECONDS = 8.0
# What Twilio takes as the time it may hold a message back itself.
_SHORTEST_VALIDITY, _LONGEST_VALIDITY = 1, 14400


def send_text(_message_id: uuid.UUID, message: TextMessage) -> None:
    """One call. Raises `TryLater`, `Undeliverable`, and what `outbound.send` raises."""
    fields = {"To": message.to, "From": settings.IDP_SMS_FROM, "Body": message.body}
    if message.useful_until is not None:
        # A code that waits in Twilio's own line expires there too.
        left = int((message.useful_until - clock.now()).total_seconds())
        fields["ValidityPeriod"] = str(min(max(left, _SHORTEST_VALIDITY), _LONGEST_VALIDITY))
    account = f"{settings.IDP_SMS_USER}:{settings.IDP_SMS_SECRET}".encode()
    answer = outbound.send(
        method="POST",
        url=f"{settings.IDP_SMS_URL or _ORIGIN}/2010-04-01/Accounts/{quote(settings.IDP_SMS_USER, safe='')}/Messages.json",
        body=urlencode(fields).encode(),
        headers={
            "Authorization": f"Basic {base64.b64encode(account).decode()}",
            "Content-Type": "application/x-www-form-urlencoded",
        },
        seconds=_SECONDS,
    )
    judge(answer.status, gateway="Twilio")
