"""`ConsentRecord`: what a person said to which words, and when. A row is written once and never changed."""

from django.conf import settings
from django.db import models

from idp.core import clock, ids


class ConsentRecord(models.Model):
    """Who, what, when, and the version of the text they read (GDPR Article 7(1)). The newest of a purpose counts."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="consent_records")
    purpose = models.CharField(max_length=40)
    given = models.BooleanField()
    text_version = models.CharField(max_length=40)
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        """For logs: no person."""
        return f"{self.purpose} {self.text_version}"
