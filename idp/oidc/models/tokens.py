"""Access and refresh tokens, stored as SHA-256 checksums; and two DOT tables that are swapped now and used later or never."""

import uuid
from typing import ClassVar

from django.db import models
from oauth2_provider.models import (
    AbstractAccessToken,
    AbstractDeviceGrant,
    AbstractIDToken,
    AbstractRefreshToken,
    TokenChecksumField,
)

from idp.oidc.models.session_bound import SessionBound


class AccessToken(AbstractAccessToken, SessionBound):
    """An access token, opaque or a JWT. DOT's `resource` column holds the whole audience (`aud`), the issuer included.

    DOT's `token` column stays empty: the checksum is the only trace of the value. A token is live while `revoked_at` is
    empty and `expires` lies ahead; rows are kept after revocation until the clean-up job takes them.
    """

    jti = models.UUIDField(default=uuid.uuid4, editable=False)
    token_family = models.UUIDField(null=True, blank=True, editable=False, db_index=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta(AbstractAccessToken.Meta):
        """Swapped in for DOT's access token."""

        swappable = "OAUTH2_PROVIDER_ACCESS_TOKEN_MODEL"
        indexes = [models.Index(fields=["expires"], name="oidc_access_expires")]


class RefreshToken(AbstractRefreshToken, SessionBound):
    """A refresh token; DOT already gives it `token_family` and `revoked`.

    DOT makes the pair of checksum and revocation time unique, so a value could exist twice; here the checksum alone is.

    A chain is what rotation makes of one sign-in: the same family, the same scope, the same end. When a token is rotated, what
    is needed to derive its successor again is kept on it: a random salt and the id of a server key, useless without the
    presented token itself (`tokens/rotation.py`).
    """

    token_checksum = TokenChecksumField(max_length=64, unique=True)
    scope = models.TextField(blank=True, default="")
    # The absolute end of the chain: copied to every successor, extended by nobody.
    expires = models.DateTimeField(db_index=True)
    # 0 for the first of a chain, one more for each successor; unique, so that no token ever has two successors.
    generation = models.PositiveIntegerField(default=0)
    rotated_at = models.DateTimeField(null=True, blank=True)
    successor_salt = models.CharField(max_length=43, blank=True, default="")
    successor_key_id = models.CharField(max_length=64, blank=True, default="")
    # The scope the rotating request asked for: a repeat of that request must ask for the same.
    rotation_scope = models.TextField(blank=True, default="")

    class Meta(AbstractRefreshToken.Meta):
        """Swapped in for DOT's refresh token."""

        swappable = "OAUTH2_PROVIDER_REFRESH_TOKEN_MODEL"
        unique_together = ()  # type: ignore[assignment]  # DOT writes one pair, Django takes any number
        indexes: ClassVar[list[models.Index]] = []
        constraints = [models.UniqueConstraint(fields=["token_family", "generation"], name="oidc_refresh_one_per_generation")]


class IDToken(AbstractIDToken):
    """Never written: an ID token is verified by its signature, so no row of it is needed. DOT's foreign keys want the table."""

    class Meta(AbstractIDToken.Meta):
        """Swapped in for DOT's ID token."""

        swappable = "OAUTH2_PROVIDER_ID_TOKEN_MODEL"


class DeviceGrant(AbstractDeviceGrant):
    """Swapped from the first migration; the device flow itself is off (RFC 8628)."""

    class Meta(AbstractDeviceGrant.Meta):
        """Swapped in for DOT's device grant."""

        swappable = "OAUTH2_PROVIDER_DEVICE_GRANT_MODEL"
