"""A key that signs our JWTs: the public half published in the key set, the private half sealed (RFC 7517)."""

from django.db import models

from idp.core.fields import EncryptedTextField


class SigningKey(models.Model):
    """One key pair for one algorithm. `kid` is its RFC 7638 thumbprint (SHA-256, base64url, 43 characters): it names itself.

    `private_pem` is erased in the moment the key signs no more.
    """

    class State(models.TextChoices):
        """A key signs while active; it is published from `next` until `retiring` ends. What moves it: `jose/rotation.py`."""

        NEXT = "next"
        ACTIVE = "active"
        RETIRING = "retiring"
        GONE = "gone"

    kid = models.CharField(max_length=43, primary_key=True)
    algorithm = models.CharField(max_length=8)
    public_jwk = models.JSONField()
    private_pem = EncryptedTextField(null=True)
    state = models.CharField(max_length=8, choices=State.choices, db_index=True)
    # When it came into this state: the one fact that every wait of a rotation is counted from.
    state_since = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        """Two processes that start, or rotate, at once must not both make a key."""

        constraints = [
            models.UniqueConstraint(
                fields=["algorithm"], condition=models.Q(state="active"), name="oidc_one_active_key_per_algorithm"
            ),
            models.UniqueConstraint(
                fields=["algorithm"], condition=models.Q(state="next"), name="oidc_one_next_key_per_algorithm"
            ),
        ]

    def __str__(self) -> str:
        """The public facts."""
        return f"{self.algorithm} {self.kid} ({self.state})"
