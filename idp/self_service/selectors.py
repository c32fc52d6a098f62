"""Reading what belongs to one person: where they are signed in, what they allowed whom."""

import uuid

from idp.core import clock
from idp.core.auth_context import AuthContext
from idp.login.selectors import live_sessions
from idp.mfa.remembered_device.selectors import devices_of
from idp.oidc.authorize.permissions import permissions_of
from idp.oidc.models import Consent
from idp.self_service.schemas import ConnectedApp, ConnectedApps, Device, Devices, Permission, Session, Sessions


def sessions_of(actor: AuthContext) -> Sessions:
    """Live sessions only: one query."""
    found = live_sessions(user_id=actor.user_id, at=clock.now())
    return Sessions(sessions=tuple(Session.of(session, asking=actor.sid) for session in found))


def remembered_devices(user_id: uuid.UUID, *, asking: str) -> Devices:
    """Those that still count; `asking` is the digest of the browser that asks: one query."""
    return Devices(devices=tuple(Device.of(device, asking=asking) for device in devices_of(user_id)))


def connected_apps(user_id: uuid.UUID) -> ConnectedApps:
    """What is allowed and not withdrawn, the latest first: one query."""
    open_consents = Consent.objects.filter(user_id=user_id, withdrawn_at=None).select_related("client").order_by("-granted_at")
    return ConnectedApps(
        apps=tuple(
            ConnectedApp(
                client_id=consent.client.client_id,
                name=consent.client.name,
                permissions=tuple(
                    Permission(name=one.name, sentence=one.sentence)
                    for one in permissions_of(scopes=consent.scopes, claims=consent.claims)
                ),
                granted_at=consent.granted_at,
            )
            for consent in open_consents
        )
    )
