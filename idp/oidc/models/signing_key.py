"""A key that signs ID tokens: the public half published in the key set, the private half sealed (RFC 7517)."""

from django.db import models

from idp.core.fields import EncryptedTextField


class SigningKey(models.Model):
    """One key pair. `kid` is its RFC 7638 thumbprint (SHA-256, base64url, 43 characters), so a key names itself."""

    class State(models.TextChoices):
        """A key signs while active; it is published from `next` until `retiring` ends."""

        NEXT = "next"
        ACTIVE = "active"
        RETIRING = "retiring"
        GONE = "gone"

    kid = models.CharField(max_length=43, primary_key=True)
    algorithm = models.CharField(max_length=8)
    public_jwk = models.JSONField()
    private_pem = EncryptedTextField()
    state = models.CharField(max_length=8, choices=State.choices, db_index=True)
    created_at = models.DateTimeField()

    class Meta:
        """Two processes that start at once must not both make the first key."""

        constraints = [
            models.UniqueConstraint(
                fields=["algorithm"], condition=models.Q(state="active"), name="oidc_one_active_key_per_algorithm"
            )
        ]

    def __str__(self) -> str:
        """The public facts."""
        return f"{self.algorithm} {self.kid} ({self.state})"
