"""Write down what happened to an account, for everybody who registered to hear it, in the transaction of the change.

What is recorded in the audit trail is what is announced (`receivers.py`): a service that changes an account cannot forget to.
"""

import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import structlog

from idp.accounts.models import User
from idp.accounts.roles import roles_of
from idp.core.specs import implements
from idp.oidc.events.delivery import USER_EVENT, EventNotice
from idp.oidc.events.vocabulary import UserEventName
from idp.oidc.models import EventReceiver, UserEvent
from idp.outbox.services.enqueue import enqueue


def announce(*, user_id: uuid.UUID, name: UserEventName, facts: Mapping[str, Any]) -> int:
    """How many receivers will be told. One SELECT where nobody listens, else two INSERTs and one more for each further receiver.

    The caller has made the change and holds the account's row, or its news is of a kind that may come in any order (a session
    that ended). `facts` are members of the event on the wire, none of them personal. Raises `OutsideTransaction`.
    """
    told = [receiver for receiver in EventReceiver.objects.filter(client__enabled=True) if name in receiver.events]
    user = User.objects.filter(pk=user_id).first() if told else None
    if user is None:
        return 0
    event = UserEvent.objects.create(name=name, user_id=user_id, txn=_transaction(), account=_standing(user), facts=dict(facts))
    for receiver in told:
        enqueue(
            kind=USER_EVENT,
            payload=EventNotice(receiver_id=str(receiver.pk), number=event.number),
            # One that is slow delays only what goes to the same host; one account's news only that account's.
            receiver=urlsplit(receiver.endpoint).netloc,
            order_key=f"{receiver.pk}:{user_id}",
            position=event.number,
        )
    return len(told)


def _standing(user: User) -> dict[str, Any]:
    """What a backend decides by, as it is right after the change."""
    return {
        "role": user.role,
        "roles": list(roles_of(user.role)),
        "is_staff": user.is_staff,
        "is_active": user.is_active,
        "is_verified": user.is_verified,
        "auth_provider": user.auth_provider,
    }


@implements("RFC 8417", "2.2")
def _transaction() -> str:
    """`txn`: the id of the request that makes the change, as the log and the audit trail have it; outside requests a new one."""
    return str(structlog.contextvars.get_contextvars().get("request_id") or uuid.uuid4())[:64]
