"""One person remembered in one browser. The browser holds the secret, this table a keyed digest of it."""

from django.conf import settings
from django.db import models

from idp.core import clock, ids


class RememberedDevice(models.Model):
    """Until `expires_at`, or until the person or a change of how they sign in makes it forgotten: then the row is gone.

    People who share a browser share its secret, and so the digest; each has a row of their own.
    """

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="remembered_devices")
    # HMAC-SHA256, 64 hexadecimal characters (`secret.py`).
    digest = models.CharField(max_length=64, db_index=True)
    # What the browser called itself, for the owner to recognise it.
    user_agent = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    expires_at = models.DateTimeField(db_index=True)
    # The last sign-in that it spared a second factor, if there was one.
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Once a person and browser."""

        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="mfa_remembered_once")]

    def __str__(self) -> str:
        """The id: the digest is nobody's business."""
        return str(self.id)
