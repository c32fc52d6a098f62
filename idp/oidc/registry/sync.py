"""Makes the client table say what the registrations say: created, changed, unchanged; absent clients are left alone."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from idp.audit.services import record
from idp.audit.types import Event
from idp.oidc.client_auth import secret
from idp.oidc.models import Client
from idp.oidc.registry.schema import ClientRegistration
from idp.oidc.tokens.format import client_handle
from idp.oidc.tokens.revoke import revoke_client


@dataclass(slots=True)
class SyncReport:
    """Client ids by what happened to them."""

    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    disabled: list[str] = field(default_factory=list)


def sync_clients(*, registrations: Sequence[ClientRegistration], prune: bool = False) -> SyncReport:
    """Apply all of them in one transaction. With `prune`, clients that are not listed are disabled, never deleted."""
    report = SyncReport()
    with transaction.atomic():
        known = {client.client_id: client for client in Client.objects.select_for_update()}
        for registration in registrations:
            _apply(registration, known.get(registration.client_id), report)
        if prune:
            _disable(known, {registration.client_id for registration in registrations}, report)
    return report


def _apply(registration: ClientRegistration, client: Client | None, report: SyncReport) -> None:
    """One client: an INSERT, an UPDATE, or nothing."""
    columns = columns_of(registration)
    if client is None:
        Client(client_id=registration.client_id, handle=client_handle(registration.client_id), **columns).save()
        record(event=Event.CLIENT_CREATED, client_id=registration.client_id)
        report.created.append(registration.client_id)
        return
    different = sorted(name for name, value in columns.items() if getattr(client, name) != value)
    if not different:
        report.unchanged.append(registration.client_id)
        return
    for name in different:
        setattr(client, name, columns[name])
    client.save(update_fields=[*different, "updated"])
    record(event=Event.CLIENT_CHANGED, client_id=client.client_id, detail={"fields": " ".join(different)})
    report.changed.append(client.client_id)


def _disable(known: dict[str, Client], listed: set[str], report: SyncReport) -> None:
    for client_id in sorted(set(known) - listed):
        if known[client_id].enabled:
            Client.objects.filter(pk=known[client_id].pk).update(enabled=False)
            revoke_client(known[client_id].pk)
            record(event=Event.CLIENT_DISABLED, client_id=client_id)
            report.disabled.append(client_id)


def columns_of(registration: ClientRegistration) -> dict[str, Any]:
    """The table's columns for one registration; a secret becomes its digest here and is not kept anywhere else."""
    public = registration.token_endpoint_auth_method == "none"
    value = registration.client_secret.get_secret_value() if registration.client_secret else ""
    return {
        "name": registration.client_name,
        "client_uri": registration.client_uri,
        "logo_uri": registration.logo_uri,
        "application_type": registration.application_type,
        "client_type": Client.CLIENT_PUBLIC if public else Client.CLIENT_CONFIDENTIAL,
        # DOT knows one grant per client; ours are in `grant_types`, and this column only satisfies its form.
        "authorization_grant_type": Client.GRANT_AUTHORIZATION_CODE,
        "client_secret": secret.digest(value) if value else "",
        "enabled": True,
        "redirect_uris": " ".join(registration.redirect_uris),
        "post_logout_redirect_uris": " ".join(registration.post_logout_redirect_uris),
        "allowed_origins": " ".join(registration.allowed_origins),
        "grant_types": list(registration.grant_types),
        "token_endpoint_auth_method": registration.token_endpoint_auth_method,
        "allowed_scope": registration.scope,
        "id_token_signed_response_alg": registration.id_token_signed_response_alg,
        "id_token_claims": list(registration.id_token_claims),
        "first_party": registration.first_party,
        "require_pkce": registration.require_pkce,
        "resource_identifiers": list(registration.resource_identifiers),
        "default_resource": registration.default_resource,
        "refresh_token_rotation": public if registration.refresh_token_rotation is None else registration.refresh_token_rotation,
        "refresh_token_grace_seconds": registration.refresh_token_grace_seconds,
        "refresh_token_max_lifetime_seconds": registration.refresh_token_max_lifetime_seconds,
        "metadata": registration.metadata,
    }
