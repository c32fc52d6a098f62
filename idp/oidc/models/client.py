"""A relying party: django-oauth-toolkit's application with the registration metadata it lacks (RFC 7591 §2)."""

from typing import ClassVar

from django.db import models
from oauth2_provider.models import AbstractApplication, ApplicationManager


class Client(AbstractApplication):
    """One registered client. Rows are written by `registry/` from registration files, not by hand.

    Lists that the protocol searches by membership are JSON lists; `redirect_uris`, `post_logout_redirect_uris` and
    `allowed_origins` keep DOT's form, separated by spaces (a URI holds none).
    """

    # A keyed digest of a generated secret (64 hexadecimal characters), empty for public clients. DOT would run a password
    # hash here, which costs 200 ms on every token and introspection request and protects nothing: the secret is random.
    client_secret = models.CharField(max_length=64, blank=True, default="", editable=False)
    hash_client_secret = models.BooleanField(default=False, editable=False)
    # Short name of the client inside its tokens.
    handle = models.CharField(max_length=8, unique=True, editable=False)
    enabled = models.BooleanField(default=True)

    application_type = models.CharField(max_length=8, default="web")
    first_party = models.BooleanField(default=False)
    grant_types = models.JSONField(default=list)
    token_endpoint_auth_method = models.CharField(max_length=32, default="client_secret_basic")
    allowed_scope = models.TextField(blank=True, default="")
    id_token_signed_response_alg = models.CharField(max_length=8, default="RS256")
    id_token_claims = models.JSONField(default=list, blank=True)
    require_pkce = models.BooleanField(default=True)
    # RFC 8707: the resources this client answers for as a resource server, and the one its own tokens are meant for.
    resource_identifiers = models.JSONField(default=list, blank=True)
    default_resource = models.TextField(blank=True, default="")
    # Refresh tokens: whether each use replaces the token, how long a repeat is answered alike (seconds, 0: never), and how
    # long a chain lasts from its sign-in (seconds).
    refresh_token_rotation = models.BooleanField(default=True)
    refresh_token_grace_seconds = models.PositiveIntegerField(default=60)
    refresh_token_max_lifetime_seconds = models.PositiveIntegerField(default=30 * 24 * 3600)
    # What the pages show, and registered members that nothing here acts upon yet.
    logo_uri = models.TextField(blank=True, default="")
    client_uri = models.TextField(blank=True, default="")
    metadata = models.JSONField(default=dict, blank=True)

    objects: ClassVar[models.Manager["Client"]] = ApplicationManager()

    class Meta(AbstractApplication.Meta):
        """Swapped in for DOT's application."""

        swappable = "OAUTH2_PROVIDER_APPLICATION_MODEL"

    @property
    def is_confidential(self) -> bool:
        """Whether the client can keep a secret (RFC 6749 §2.1)."""
        return self.client_type == self.CLIENT_CONFIDENTIAL

    @property
    def scopes(self) -> frozenset[str]:
        """The scopes this client may be granted."""
        return frozenset(self.allowed_scope.split())

    def may_use(self, grant_type: str) -> bool:
        """Whether the grant type is registered for this client (RFC 7591 §2 `grant_types`)."""
        return grant_type in self.grant_types
