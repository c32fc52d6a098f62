"""`Message`: something to be told to somebody outside. `ChoreRun`: when a chore is due next, for all processes together."""

from django.db import models
from django.db.models import Q

from idp.core import clock, ids
from idp.core.fields import EncryptedTextField

_OPEN = Q(delivered_at__isnull=True, dead_at__isnull=True)


class Message(models.Model):
    """One message. Open until it was delivered, or given up (dead) and waits for an operator.

    `next_attempt_at` is the whole schedule: claiming a message moves it ahead by the lease, so that nobody else takes it
    meanwhile and everybody may once the lease is over. `attempts` grows with each claim and tells an old claim from the
    present one.
    """

    # Grows with time: messages of one order key and position go out in this order.
    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    kind = models.CharField(max_length=40)
    # Who gets it, for fairness between receivers; and, where order matters, what it is in order with.
    receiver = models.CharField(max_length=255, blank=True, default="")
    order_key = models.CharField(max_length=128, blank=True, default="")
    # Before the id, for a sender whose order must not hang on the clocks of several machines.
    position = models.BigIntegerField(default=0)
    # To whom, where it is an address: a keyed digest (`recipient.py`), by which an erasure finds what waits.
    recipient = models.CharField(max_length=64, blank=True, default="")
    # JSON. Gone once it is delivered: nothing personal stays behind.
    payload = EncryptedTextField(null=True)

    created_at = models.DateTimeField(default=clock.now)
    next_attempt_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True, default="")
    delivered_at = models.DateTimeField(null=True, blank=True)
    dead_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """The worker asks which open messages are due, and whether an earlier one of the same key waits; an erasure, for whom."""

        indexes = [
            models.Index(fields=["next_attempt_at"], condition=_OPEN, name="outbox_due"),
            models.Index(fields=["order_key", "position", "id"], condition=_OPEN & ~Q(order_key=""), name="outbox_in_order"),
            models.Index(fields=["recipient"], condition=~Q(recipient=""), name="outbox_by_recipient"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class ChoreRun(models.Model):
    """When the chore of this name is to run next. Whoever moves `next_run_at` by a conditional UPDATE runs it."""

    name = models.CharField(primary_key=True, max_length=100)
    next_run_at = models.DateTimeField(default=clock.now)
    last_done_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name
