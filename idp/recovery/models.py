"""`RecoveryKey`: the right to give one account a new password, once. `AskCounter`: how often one address was asked for.

Only a keyed hash of the key is stored: who reads the table can recover nothing (OWASP ASVS 5.0 V6.4).
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from idp.core import clock, ids
from idp.recovery.schemas import Place


class RecoveryKey(models.Model):
    """Open while `closed_at` is empty: not used, not replaced. `mark` is of the account as it was (`key.py`)."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recovery_keys")
    digest = models.CharField(max_length=64, unique=True)
    mark = models.CharField(max_length=64)
    via = models.CharField(max_length=10)
    place = models.JSONField()
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField(db_index=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """The newest alone counts, whoever asks at the same moment."""

        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(closed_at__isnull=True), name="one_open_recovery_key")
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def asked_in(self) -> Place:
        """Where it was asked for."""
        return Place.model_validate(self.place)


class AskCounter(models.Model):
    """Messages asked for under one key since a moment. The key is a keyed digest, of an address that somebody has or nobody."""

    key = models.CharField(primary_key=True, max_length=64)
    asked = models.PositiveIntegerField(default=0)
    since = models.DateTimeField()
    last_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key
