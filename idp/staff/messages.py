"""Messages to the outside: what waits, what was given up and why, and sending that again. No words and no addresses of them."""

from django.contrib import admin
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext, gettext_lazy

from idp.audit.services import record
from idp.audit.types import Event
from idp.outbox.models import Message
from idp.outbox.services.replay import can_be_replayed, replay
from idp.staff.acts import Act
from idp.staff.rows import Rows


@transaction.atomic
def _send_again(message: Message) -> None:
    """Sent and recorded, or neither; of two who ask at once one is on record."""
    if replay(message_id=message.pk):
        record(event=Event.MESSAGE_REPLAYED, detail={"message": str(message.pk), "kind": message.kind})


class MessageRows(Rows):
    """One at a time; `manage.py outbox --replay-all` sends everything again that one receiver missed."""

    heading = gettext_lazy("Messages")
    is_about_people = False
    list_display = ("created_at", "kind", "receiver", "standing", "attempts", "last_error", "next_attempt_at")
    list_filter = ("kind", "receiver")
    # What waits for an operator first.
    ordering = (F("dead_at").desc(nulls_last=True), "-id")
    facts = (
        "id", "kind", "receiver", "standing", "attempts", "last_error", "created_at", "next_attempt_at", "expires_at",
        "delivered_at", "dead_at",
    )  # fmt: skip
    acts = (
        Act(
            name="send-again",
            label=gettext_lazy("Send this message again"),
            question=gettext_lazy(
                "It is due at once, and tried for as long as a new one. See first to what it was given up for."
            ),
            done=gettext_lazy("The message is due now and will be sent again."),
            applies=lambda message: can_be_replayed(message_id=message.pk),
            leaves=lambda message: message.dead_at is None and message.delivered_at is None,
            run=lambda message, _asked: _send_again(message),
        ),
    )

    @admin.display(description=gettext_lazy("state"))
    def standing(self, message: Message) -> str:
        """Waiting, delivered or given up."""
        if message.dead_at is not None:
            return gettext("given up")
        return gettext("waiting") if message.delivered_at is None else gettext("delivered")
