"""Take back what was allowed to an application."""

from idp.core.auth_context import AuthContext
from idp.core.specs import implements
from idp.oidc.authorize.remembered_consent import withdraw_consent
from idp.oidc.provider.clients import find_client
from idp.self_service.errors import NotConnected


@implements("OWASP ASVS 5.0", "10.7.3")
def disconnect_app(*, actor: AuthContext, client_id: str) -> None:
    """The consent is withdrawn and what the application holds for this person is dead. Raises `NotConnected`."""
    client = find_client(client_id)
    if client is None or not withdraw_consent(user_id=actor.user_id, client=client):
        raise NotConnected(detail=f"client {client_id!r}")
