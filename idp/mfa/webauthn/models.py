"""One passkey of one person, and the name by which authenticators know the person. Only public keys: nothing is secret."""

import secrets

from django.conf import settings
from django.db import models

from idp.core import clock, ids
from idp.core.specs import implements

# WebAuthn L3 §5.4.3: at most 64 bytes, and nothing that says who it is (§14.6.1).
HANDLE_BYTES = 64
# 1023 bytes in base64url (WebAuthn L3 §7.1 step 25).
LONGEST_CREDENTIAL_ID = 1364


@implements("WebAuthn L3", "14.6.1")
def new_handle() -> str:
    """64 random bytes in base64url."""
    return secrets.token_urlsafe(HANDLE_BYTES)


class PasskeyOwner(models.Model):
    """The user handle: made once per person, random, because authenticators show it to whoever holds them."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="passkey_owner"
    )
    handle = models.CharField(max_length=88, unique=True, default=new_handle, editable=False)

    def __str__(self) -> str:
        """The account's id."""
        return str(self.pk)


class Passkey(models.Model):
    """One credential (WebAuthn L3 §4, credential record)."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="passkeys")
    name = models.CharField(max_length=64)

    # The key: its id in base64url, unknown to any other account; COSE; the highest counter seen.
    credential_id = models.CharField(max_length=LONGEST_CREDENTIAL_ID, unique=True)
    public_key = models.BinaryField()
    sign_count = models.BigIntegerField(default=0)

    # Where it lives. Eligibility never changes; the state is what the last ceremony said.
    aaguid = models.UUIDField()
    attestation_format = models.CharField(max_length=32)
    transports = models.JSONField(default=list)
    backup_eligible = models.BooleanField()
    backed_up = models.BooleanField()

    # Whether the person wants to be asked for it after the password; not so for one the browser made by itself.
    is_second_step = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    last_used_at = models.DateTimeField(null=True, blank=True)
    # When its counter first failed to grow.
    copied_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        """The id: the name is the person's."""
        return str(self.id)
