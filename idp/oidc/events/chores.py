"""Announces the kind of message, and forgets events that nobody can be told of any more."""

import datetime as dt

from idp.core import clock
from idp.core.batches import delete_in_batches
from idp.oidc.events.delivery import USER_EVENT, EventNotice, deliver_event
from idp.oidc.models import UserEvent
from idp.outbox.handlers import register_handler
from idp.outbox.types import Handler

# A receiver may be down for a weekend.
_LIFETIME = dt.timedelta(hours=72)
# What was given up can be sent again for ninety days after that.
_KEPT = dt.timedelta(days=100)


def register() -> None:
    """Called once when Django has loaded the models."""
    register_handler(Handler(kind=USER_EVENT, schema=EventNotice, deliver=deliver_event, lifetime=_LIFETIME))


def forget_old_events() -> int:
    """How many went."""
    return delete_in_batches(UserEvent.objects.filter(at__lt=clock.now() - _KEPT))
