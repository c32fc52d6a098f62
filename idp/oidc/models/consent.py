"""What a person allowed a client to see and do: one row per person and client, widened and withdrawn over time."""

from django.conf import settings
from django.db import models

from idp.oidc.models.client import Client


class Consent(models.Model):
    """Who allowed what to whom, when: lists of scope names, and of claims that were asked for singly (OIDC Core §5.5)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="consents")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="consents")
    scopes = models.JSONField(default=list)
    claims = models.JSONField(default=list, blank=True)
    granted_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """A second row for the same pair would make withdrawal ambiguous."""

        constraints = [models.UniqueConstraint(fields=["user", "client"], name="oidc_one_consent_per_user_and_client")]

    def __str__(self) -> str:
        """For logs: no name of a person or client."""
        return f"Consent #{self.pk}"
