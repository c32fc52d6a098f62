"""Client assertions that were used: each proves its client once (RFC 7523 §3, point 7)."""

from django.db import models

from idp.oidc.models.client import Client


class SpentAssertion(models.Model):
    """One `jti` of one client, remembered until the assertion would have expired. The digest is SHA-256 in hexadecimal."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+")
    jti_digest = models.CharField(max_length=64)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        """The constraint decides which of two equal assertions came first."""

        constraints = [models.UniqueConstraint(fields=["client", "jti_digest"], name="oidc_assertion_spent_once")]

    def __str__(self) -> str:
        """For logs: nothing of the assertion."""
        return f"SpentAssertion #{self.pk}"
