"""The client is registered and not switched off (RFC 6749 §2.2, §4.1.2.1)."""

from django.utils.translation import gettext as _

from idp.core.errors import DisplayedError
from idp.core.specs import implements
from idp.oidc.authorize.request import AuthorizationRequest, Context


@implements("RFC 6749", "2.2")
def known_client(request: AuthorizationRequest, context: Context) -> AuthorizationRequest:
    """Sets `client_id`. Raises `DisplayedError` unknown_client."""
    if context.client is None or not context.client.enabled:
        raise DisplayedError(
            "unknown_client",
            _("The application that sent you here is not known to us. Please go back and tell its makers."),
            detail=request.value("client_id")[:64],
        )
    return request.having(client_id=context.client.client_id)
