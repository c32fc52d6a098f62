"""One recovery code of one person, as a keyed digest: neither the table nor the key alone yields a code."""

from django.conf import settings
from django.db import models

from idp.core import clock, ids


class RecoveryCode(models.Model):
    """Unused while `used_at` is empty; used ones stay, so that the person sees how many are left and when one went."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recovery_codes")
    # HMAC-SHA256, 64 hexadecimal characters (`code.py`).
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        """The id: the digest is nobody's business."""
        return str(self.id)
