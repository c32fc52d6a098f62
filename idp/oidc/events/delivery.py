"""Push one event to one receiver, and say what its answer means (RFC 8935 §2)."""

import logging
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from pydantic import BaseModel, ValidationError

from idp.accounts.models import User
from idp.core import clock, outbound
from idp.core.specs import implements
from idp.core.types import Schema
from idp.oidc.events.vocabulary import URIS, UserEventName
from idp.oidc.jose.claims import user_claims
from idp.oidc.jose.security_event import security_event_token
from idp.oidc.models import EventReceiver, UserEvent
from idp.outbox.errors import TryLater, Undeliverable
from idp.outbox.types import Delivery

logger = logging.getLogger("idp.oidc.events")

USER_EVENT = "oidc.user_event"

_SECONDS = 5.0
# RFC 8935 §2.4: the only words of an answer that are kept; whatever else a receiver says may be about a person.
_ERRORS = frozenset(
    {"invalid_request", "invalid_key", "invalid_issuer", "invalid_audience", "authentication_failed", "access_denied"}
)


class EventNotice(Schema):
    """Who is told of which event. Nothing about the person: that is read when it is told."""

    receiver_id: str
    number: int


@implements("RFC 8935", "2.1")
def deliver_event(delivery: Delivery[EventNotice]) -> None:
    """One POST. Raises `TryLater`: no refusal is final, because whoever runs the receiver can repair it within days.

    Raises `Undeliverable` where it is sent again so late that what it said is gone.
    """
    notice = delivery.payload
    receiver = EventReceiver.objects.select_related("client").filter(pk=notice.receiver_id, client__enabled=True).first()
    if receiver is None:
        logger.info("nobody to tell any more", extra={"receiver_id": notice.receiver_id, "event": notice.number})
        return
    event = UserEvent.objects.filter(pk=notice.number).first()
    if event is None:
        raise Undeliverable("the event is forgotten")
    # Made anew for each attempt, so that its age says nothing but how long it was on the way; its id tells a repeat.
    token = security_event_token(
        issuer=settings.IDP_ISSUER,
        client=receiver.client,
        jti=str(delivery.id),
        txn=event.txn,
        toe=clock.epoch(event.at),
        sub_id=_subject(event),
        events={URIS[UserEventName(event.name)]: _said(event, receiver)},
    )
    _post(receiver, token)


def _post(receiver: EventReceiver, token: str) -> None:
    """Raises `TryLater`."""
    headers = {
        "Content-Type": "application/secevent+jwt",
        "Accept": "application/json",
        "Authorization": f"Bearer {receiver.secret}",
    }
    try:
        answer = outbound.send(method="POST", url=receiver.endpoint, body=token.encode(), headers=headers, seconds=_SECONDS)
    except outbound.OutboundRefused as exc:
        raise TryLater(f"address not allowed: {exc.detail}") from exc
    except outbound.OutboundFailed as exc:
        raise TryLater(exc.detail) from exc
    _judge(answer)


@implements("RFC 9493", "3.2.4")
@implements("OpenID CAEP", "3.1")
def _subject(event: UserEvent) -> Mapping[str, Any]:
    """The account; of a session that ended the session in it, because CAEP takes a user alone for all sessions of theirs."""
    user = {"format": "iss_sub", "iss": settings.IDP_ISSUER, "sub": str(event.user_id)}
    if event.name != UserEventName.SESSION_REVOKED:
        return user
    return {"format": "complex", "user": user, "session": {"format": "opaque", "id": event.facts["sid"]}}


def _said(event: UserEvent, receiver: EventReceiver) -> Mapping[str, Any]:
    """The event's own members: how the account stood then, and of the person, as it is now, what the receiver may know.

    Somebody who is erased meanwhile has no claims any more, so that nothing of them waits in a queue.
    """
    user = User.objects.filter(pk=event.user_id).first()
    return {
        "sequence": event.number,
        "event_timestamp": clock.epoch(event.at),
        **event.facts,
        "account": event.account,
        "claims": user_claims(user, receiver.scopes) if user else {},
    }


class _Refusal(BaseModel):
    """What a receiver says about a token it did not take."""

    err: str


@implements("RFC 8935", "2.2")
@implements("RFC 8935", "2.3")
@implements("RFC 8935", "2.4")
def _judge(answer: outbound.Answer) -> None:
    """Only 202 says that it was taken: a page that answers 200 to anything would lose news. Raises `TryLater`."""
    if answer.status == 202:
        return
    try:
        err = _Refusal.model_validate_json(answer.body).err
    except ValidationError:
        err = ""
    raise TryLater(f"the receiver answered {answer.status}{f' {err}' if err in _ERRORS else ''}")
