"""Makes the client table say what the registrations say: created, changed, unchanged; absent clients are left alone."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from idp.audit.services import record
from idp.audit.types import Event
from idp.core import clock
from idp.oidc.client_auth import secret
from idp.oidc.models import Client
from idp.oidc.registry.event_receiver import apply_receiver
from idp.oidc.registry.schema import ClientRegistration
from idp.oidc.tokens.format import client_handle
from idp.oidc.tokens.revoke import revoke_client

# How long a secret that was replaced still counts: a day lets every instance of a client restart with the new one.
SECRET_OVERLAP = dt.timedelta(days=1)


@dataclass(slots=True)
class SyncReport:
    """Client ids by what happened to them."""

    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    disabled: list[str] = field(default_factory=list)


def sync_clients(
    *, registrations: Sequence[ClientRegistration], prune: bool = False, secret_overlap: dt.timedelta = SECRET_OVERLAP
) -> SyncReport:
    """Apply all of them in one transaction. With `prune`, clients that are not listed are disabled, never deleted.

    A secret that is replaced counts for `secret_overlap` more; without any, every overlap of the listed clients ends now.
    """
    report, gone = SyncReport(), []
    with transaction.atomic():
        # In one order; and not so strongly that an exchange under way, whose tokens name their client, waits for us.
        locked = Client.objects.select_for_update(no_key=True).order_by("pk")
        known = {client.client_id: client for client in locked}
        for registration in registrations:
            _apply(registration, known.get(registration.client_id), report, secret_overlap)
        if prune:
            gone = _disabled(known, {registration.client_id for registration in registrations})
    for client in gone:
        report.disabled.append(client.client_id)
        # No token of it counts any more; none may come back with it.
        revoke_client(client.pk)
    return report


def _apply(registration: ClientRegistration, client: Client | None, report: SyncReport, secret_overlap: dt.timedelta) -> None:
    """One client: an INSERT, an UPDATE, or nothing."""
    columns = columns_of(registration)
    if client is None:
        client = Client(client_id=registration.client_id, handle=client_handle(registration.client_id), **columns)
        client.save()
        apply_receiver(client, registration.event_receiver)
        record(event=Event.CLIENT_CREATED, client_id=registration.client_id)
        report.created.append(registration.client_id)
        return
    # What staff switched off stays off.
    if client.suspended:
        columns["enabled"] = False
    # What the registration does not say: the secret it replaces.
    columns |= _previous_secret(client, columns["client_secret"], secret_overlap)
    different = sorted(name for name, value in columns.items() if getattr(client, name) != value)
    changed = [*different, *(["event_receiver"] if apply_receiver(client, registration.event_receiver) else [])]
    if not changed:
        report.unchanged.append(registration.client_id)
        return
    if columns["enabled"] and not client.enabled:
        # What was written for it while it was off must not come to life now.
        revoke_client(client.pk)
    for name in different:
        setattr(client, name, columns[name])
    client.save(update_fields=[*different, "updated"])
    record(event=Event.CLIENT_CHANGED, client_id=client.client_id, detail={"fields": " ".join(changed)})
    report.changed.append(client.client_id)


def _previous_secret(client: Client, digest: str, overlap: dt.timedelta) -> dict[str, Any]:
    """The columns of the secret before the present one: begun at a rotation, ended without an overlap or without secrets."""
    if not overlap or not digest:
        return {"previous_client_secret": "", "previous_client_secret_until": None}
    if client.client_secret in {"", digest}:
        return {}
    return {"previous_client_secret": client.client_secret, "previous_client_secret_until": clock.now() + overlap}


def _disabled(known: dict[str, Client], listed: set[str]) -> list[Client]:
    """Those that were listed and are not any more, switched off."""
    gone = [known[client_id] for client_id in sorted(set(known) - listed) if known[client_id].listed]
    for client in gone:
        # Staff cannot switch it on; and what staff switched off stays off, should it be listed again.
        Client.objects.filter(pk=client.pk).update(enabled=False, listed=False)
        record(event=Event.CLIENT_DISABLED, client_id=client.client_id)
    return gone


# Columns that hold the member of their name as it is.
_SAME = (
    "client_uri", "logo_uri", "application_type", "grant_types", "token_endpoint_auth_method",
    "token_endpoint_auth_signing_alg", "client_assertion_audience", "jwks_uri", "id_token_signed_response_alg",
    "userinfo_signed_response_alg", "access_token_format", "default_max_age", "default_acr_values", "id_token_claims",
    "backchannel_logout_uri", "backchannel_logout_session_required", "first_party", "require_pkce",
    "resource_identifiers", "default_resource", "allowed_resources", "refresh_token_grace_seconds",
    "refresh_token_max_lifetime_seconds", "metadata",
)  # fmt: skip


def columns_of(registration: ClientRegistration) -> dict[str, Any]:
    """The table's columns for one registration; a secret becomes its digest here and is not kept anywhere else."""
    public = registration.token_endpoint_auth_method == "none"
    value = registration.client_secret.get_secret_value() if registration.client_secret else ""
    same = {name: getattr(registration, name) for name in _SAME}
    return {
        # JSON knows no tuples.
        **{name: list(member) if isinstance(member, tuple) else member for name, member in same.items()},
        "name": registration.client_name,
        "client_type": Client.CLIENT_PUBLIC if public else Client.CLIENT_CONFIDENTIAL,
        # DOT knows one grant per client; ours are in `grant_types`, and this column only satisfies its form.
        "authorization_grant_type": Client.GRANT_AUTHORIZATION_CODE,
        "client_secret": secret.digest(value) if value else "",
        "jwks": registration.jwks or {},
        "enabled": True,
        "listed": True,
        # DOT's own shape for lists of addresses, which hold no space.
        "redirect_uris": " ".join(registration.redirect_uris),
        "post_logout_redirect_uris": " ".join(registration.post_logout_redirect_uris),
        "allowed_origins": " ".join(registration.allowed_origins),
        "allowed_scope": registration.scope,
        "refresh_token_rotation": public if registration.refresh_token_rotation is None else registration.refresh_token_rotation,
    }
