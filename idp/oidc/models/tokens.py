"""Access and refresh tokens, stored as SHA-256 checksums; and two DOT tables that are swapped now and used later or never."""

import uuid

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
    """An opaque access token. DOT's `resource` column holds the whole audience (`aud`), the issuer included.

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
    """

    token_checksum = TokenChecksumField(max_length=64, unique=True)

    class Meta(AbstractRefreshToken.Meta):
        """Swapped in for DOT's refresh token."""

        swappable = "OAUTH2_PROVIDER_REFRESH_TOKEN_MODEL"
        unique_together = ()  # type: ignore[assignment]  # DOT writes one pair, Django takes any number
        indexes = [models.Index(fields=["token_family"], name="oidc_refresh_family")]


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
