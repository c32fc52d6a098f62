"""Clients, keys, tokens and the audit trail: metadata only. No secret, digest, key or token value is on any page."""

from django.contrib import admin
from django.utils.translation import gettext_lazy

from idp.audit.models import SecurityEvent
from idp.oidc.registry.switch import switch_off, switch_on
from idp.staff.acts import Act
from idp.staff.rows import Rows


class ClientRows(Rows):
    """Registrations as applied. They are written in files; here a client can be switched off and on again."""

    heading = gettext_lazy("Clients")
    is_about_people = False
    list_display = ("client_id", "name", "client_type", "application_type", "enabled", "suspended", "first_party")
    list_filter = ("enabled", "client_type", "application_type", "first_party")
    ordering = ("client_id",)
    facts = (
        "client_id", "name", "client_type", "application_type", "enabled", "suspended", "listed", "first_party", "grant_types",
        "token_endpoint_auth_method", "allowed_scope", "redirect_uris", "post_logout_redirect_uris", "allowed_origins",
        "resource_identifiers", "default_resource", "require_pkce", "id_token_signed_response_alg", "access_token_format",
        "refresh_token_rotation", "refresh_token_grace_seconds", "refresh_token_max_lifetime_seconds", "created", "updated",
    )  # fmt: skip
    acts = (
        Act(
            name="switch-off",
            label=gettext_lazy("Switch this client off"),
            question=gettext_lazy(
                "Nobody can sign in through it, and all its tokens end at once. It stays off until staff switch it on."
            ),
            done=gettext_lazy("The client is switched off, and its tokens have ended."),
            applies=lambda client: not client.suspended,
            run=lambda client, _asked: switch_off(client=client),
        ),
        Act(
            name="switch-on",
            label=gettext_lazy("Switch this client on"),
            question=gettext_lazy("It may be used again. Tokens that ended stay ended."),
            done=gettext_lazy("The client is switched on."),
            applies=lambda client: client.suspended and client.listed,
            run=lambda client, _asked: switch_on(client=client),
        ),
    )


class KeyRows(Rows):
    """Signing keys by name and state."""

    heading = gettext_lazy("Signing keys")
    is_about_people = False
    list_display = ("kid", "algorithm", "state", "created_at")
    list_display_links = None
    list_filter = ("state", "algorithm")
    ordering = ("-created_at",)


class AccessTokenRows(Rows):
    """Access tokens by `jti`."""

    heading = gettext_lazy("Access tokens")
    list_display = ("jti", "user_id", "application", "scope", "sid", "created", "expires", "revoked_at")
    list_display_links = None
    list_filter = ("application",)
    linked_filters = ("user",)
    list_select_related = ("application",)
    ordering = ("-id",)


class RefreshTokenRows(Rows):
    """Refresh tokens by family and generation."""

    heading = gettext_lazy("Refresh tokens")
    list_display = ("token_family", "generation", "user_id", "application", "scope", "sid", "rotated_at", "expires", "revoked")
    list_display_links = None
    list_filter = ("application",)
    linked_filters = ("user",)
    list_select_related = ("application",)
    ordering = ("-id",)


class EventRows(Rows):
    """The audit trail, newest first."""

    heading = gettext_lazy("Audit trail")
    list_display = ("at", "event", "person", "client_id", "sid", "detail", "request_id")
    list_display_links = None
    list_filter = ("event",)
    linked_filters = ("pseudonym", "detail__by")

    @admin.display(description=gettext_lazy("person"))
    def person(self, event: SecurityEvent) -> str:
        """The beginning of the pseudonym: enough to see who is the same."""
        return event.pseudonym[:12]
