"""A relying party: django-oauth-toolkit's application with the registration metadata it lacks (RFC 7591 §2)."""

from typing import Any

from django.conf import settings
from django.db import models
from oauth2_provider.models import AbstractApplication

from idp.copies.marks import mark_changed


class ClientQuerySet(models.QuerySet["Client"]):
    """Whatever changes a row here voids the copies of what it was (`idp.copies`), with or without an instance."""

    def update(self, **values: Any) -> int:  # noqa: ANN401 - Django's signature
        """As Django's."""
        if settings.IDP_COPIES:
            mark_changed("client", *self.values_list("pk", flat=True))
        return super().update(**values)

    def get_by_natural_key(self, client_id: str) -> "Client":
        """What DOT's manager offers to fixtures."""
        return self.get(client_id=client_id)


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
    # Switched off by staff: then `enabled` stays false whatever the registrations say.
    suspended = models.BooleanField(default=False)
    # Named by the registrations that were applied last; `sync_clients --prune` takes it back, and staff cannot give it.
    listed = models.BooleanField(default=True)

    application_type = models.CharField(max_length=8, default="web")
    first_party = models.BooleanField(default=False)
    grant_types = models.JSONField(default=list)
    token_endpoint_auth_method = models.CharField(max_length=32, default="client_secret_basic")
    allowed_scope = models.TextField(blank=True, default="")
    id_token_signed_response_alg = models.CharField(max_length=8, default="RS256")
    id_token_claims = models.JSONField(default=list, blank=True)
    require_pkce = models.BooleanField(default=True)
    # RFC 8707: the resources this client answers for as a resource server; the one its own tokens are meant for when it asks
    # for none; and those it may ask for beside it.
    resource_identifiers = models.JSONField(default=list, blank=True)
    default_resource = models.TextField(blank=True, default="")
    allowed_resources = models.JSONField(default=list, blank=True)
    # Refresh tokens: whether each use replaces the token, how long a repeat is answered alike (seconds, 0: never), and how
    # long a chain lasts from its sign-in (seconds).
    refresh_token_rotation = models.BooleanField(default=True)
    refresh_token_grace_seconds = models.PositiveIntegerField(default=60)
    refresh_token_max_lifetime_seconds = models.PositiveIntegerField(default=30 * 24 * 3600)
    # How it proves itself beyond a secret (RFC 7523 §3): its public keys, inline or by address, and what the assertion's
    # audience may be. And the secret before the present one, good until its end, so that a rotation breaks nobody.
    jwks = models.JSONField(default=dict, blank=True)
    jwks_uri = models.TextField(blank=True, default="")
    token_endpoint_auth_signing_alg = models.CharField(max_length=8, blank=True, default="")
    client_assertion_audience = models.CharField(max_length=32, default="issuer_or_token_endpoint")
    previous_client_secret = models.CharField(max_length=64, blank=True, default="", editable=False)
    previous_client_secret_until = models.DateTimeField(null=True, blank=True, editable=False)
    # Shapes of what it receives: access tokens opaque or RFC 9068 JWTs, UserInfo as JSON ("") or signed.
    access_token_format = models.CharField(max_length=8, default="opaque")
    userinfo_signed_response_alg = models.CharField(max_length=8, blank=True, default="")
    # What holds for its authorization requests when they do not say (OIDC Dynamic Registration §2). Seconds.
    default_max_age = models.PositiveIntegerField(null=True, blank=True)
    default_acr_values = models.JSONField(default=list, blank=True)
    # Where it wants to hear that a session ended (OIDC Back-Channel Logout §2.2).
    backchannel_logout_uri = models.TextField(blank=True, default="")
    backchannel_logout_session_required = models.BooleanField(default=False)
    # What the pages show, and registered members that nothing here acts upon yet.
    logo_uri = models.TextField(blank=True, default="")
    client_uri = models.TextField(blank=True, default="")
    metadata = models.JSONField(default=dict, blank=True)

    objects = ClientQuerySet.as_manager()

    class Meta(AbstractApplication.Meta):
        """Swapped in for DOT's application."""

        swappable = "OAUTH2_PROVIDER_APPLICATION_MODEL"

    def save(self, **options: Any) -> None:  # noqa: ANN401 - DOT's takes anything
        """As Django's; copies of what it was are void."""
        if self.pk is not None:
            mark_changed("client", self.pk)
        super().save(**options)

    @property
    def is_confidential(self) -> bool:
        """Whether the client can keep a secret (RFC 6749 §2.1)."""
        return self.client_type == self.CLIENT_CONFIDENTIAL

    @property
    def scopes(self) -> frozenset[str]:
        """The scopes this client may be granted."""
        return frozenset(self.allowed_scope.split())

    @property
    def default_resources(self) -> tuple[str, ...]:
        """What its tokens are for when it asks for nothing: one resource, or none."""
        return (self.default_resource,) if self.default_resource else ()

    @property
    def permitted_resources(self) -> frozenset[str]:
        """The resources it may ask for (RFC 8707 §2)."""
        return frozenset({*self.default_resources, *self.allowed_resources})

    def may_use(self, grant_type: str) -> bool:
        """Whether the grant type is registered for this client (RFC 7591 §2 `grant_types`)."""
        return grant_type in self.grant_types
