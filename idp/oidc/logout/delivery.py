"""Post a logout token to a client, and say what its answer means (OIDC Back-Channel Logout §2.5, §2.8)."""

import logging
import uuid
from urllib.parse import urlencode

from django.conf import settings

from idp.audit.services import record
from idp.audit.types import Event
from idp.core import outbound
from idp.core.specs import implements
from idp.core.types import Schema
from idp.oidc.jose.logout_token import logout_token
from idp.oidc.provider.clients import find_enabled_client
from idp.outbox.errors import TryLater, Undeliverable
from idp.outbox.types import Delivery

logger = logging.getLogger("idp.oidc.logout")

LOGOUT_NOTICE = "oidc.logout_notice"

_TAKEN = {200, 204}
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_SECONDS = 5.0


class LogoutNotice(Schema):
    """Who is told about whom: the subject as that client knows the person, and the person's id for the audit trail."""

    client_id: str
    subject: str
    sid: str
    user_id: str


@implements("OIDC Back-Channel Logout", "2.5")
def deliver_notice(delivery: Delivery[LogoutNotice]) -> None:
    """One POST. Raises `TryLater` or `Undeliverable`."""
    notice = delivery.payload
    client = find_enabled_client(notice.client_id)
    if client is None or not client.backchannel_logout_uri:
        logger.info("nobody to tell any more", extra={"client_id": notice.client_id})
        return
    # Made anew for each attempt, because it lives for two minutes; the message's id tells a repeat.
    token = logout_token(issuer=settings.IDP_ISSUER, client=client, subject=notice.subject, sid=notice.sid, jti=str(delivery.id))
    body = urlencode({"logout_token": token}).encode()
    try:
        answer = outbound.send(method="POST", url=client.backchannel_logout_uri, body=body, headers=_FORM, seconds=_SECONDS)
    except outbound.OutboundRefused as exc:
        raise Undeliverable(f"address not allowed: {exc.detail}") from exc
    except outbound.OutboundFailed as exc:
        raise TryLater(exc.detail) from exc
    _judge(answer.status)


@implements("OIDC Back-Channel Logout", "2.8")
def _judge(status: int) -> None:
    """Some frameworks answer 204 for an empty body. 400 says that the token is not acceptable: sending it again cannot help."""
    if status in _TAKEN:
        return
    if status == 400:
        raise Undeliverable("the client refused it (400)")
    raise TryLater(f"the client answered {status}")


def record_given_up(delivery: Delivery[LogoutNotice], reason: str) -> None:
    """The trail says that this client may still believe the person to be signed in."""
    notice = delivery.payload
    record(
        event=Event.LOGOUT_NOTICE_FAILED,
        user_id=uuid.UUID(notice.user_id),
        client_id=notice.client_id,
        sid=uuid.UUID(notice.sid),
        detail={"reason": reason},
    )
