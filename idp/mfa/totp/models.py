"""One authenticator app of one person, its secret sealed to its row."""

from django.conf import settings
from django.db import models

from idp.core import clock, ids
from idp.core.fields import EncryptedTextField


class TotpAuthenticator(models.Model):
    """Counts only once confirmed by a first code. `last_step` is the newest step accepted: none up to it counts again."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="totp_authenticators")
    name = models.CharField(max_length=64)
    # Base32, 32 characters: 160 random bits (RFC 4226 §4, R6).
    secret = EncryptedTextField()
    # Number of 30-second steps since 1970.
    last_step = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        """The id: neither name nor secret belongs in a log."""
        return str(self.id)
