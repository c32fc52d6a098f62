"""An authorization code, stored as the SHA-256 of its value and spent exactly once (RFC 6749 §4.1.2)."""

import uuid

from django.db import models
from oauth2_provider.models import AbstractGrant

from idp.oidc.models.session_bound import SessionBound


class AuthorizationCode(AbstractGrant, SessionBound):
    """What the code stands for. `exchanged_at` is set by the one conditional UPDATE that spends it."""

    # 64 hexadecimal characters: SHA-256 of the code.
    code = models.CharField(max_length=64, unique=True)
    # The certification suite sends nonces of 384 characters; DOT's column holds 255.
    nonce = models.TextField(blank=True, default="")
    # Everything issued from this code, and from its refresh tokens, carries the same family: one key to revoke by.
    token_family = models.UUIDField(default=uuid.uuid4, editable=False, db_index=True)
    exchanged_at = models.DateTimeField(null=True, blank=True)

    class Meta(AbstractGrant.Meta):
        """Swapped in for DOT's grant."""

        swappable = "OAUTH2_PROVIDER_GRANT_MODEL"
        indexes = [models.Index(fields=["expires"], name="oidc_code_expires")]
