"""One code that was sent, as keyed digests: the table yields neither code nor address."""

from django.db import models
from django.db.models import Q

from idp.core import clock, ids


class OneTimeCode(models.Model):
    """Open while `closed_at` is empty: not used, not replaced. `tries` grows before each comparison."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    # HMAC-SHA256 of purpose, address and visit; of the address; and of the slot with the code (`code.py`). "" matches no code.
    slot = models.CharField(max_length=64)
    address = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """One open code for each slot, whoever asks at the same moment."""

        constraints = [models.UniqueConstraint(fields=["slot"], condition=Q(closed_at__isnull=True), name="one_open_code")]
        indexes = [models.Index(fields=["address", "created_at"], name="codes_to_address")]

    def __str__(self) -> str:
        """The id: the rest is nobody's business."""
        return str(self.id)
