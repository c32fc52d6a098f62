"""The client is registered for the code flow (RFC 6749 §4.1.2.1)."""

from django.utils.translation import gettext as _

from idp.core.errors import RedirectedError
from idp.core.specs import implements
from idp.oidc.authorize.request import AuthorizationRequest, Context


@implements("RFC 6749", "4.1.2.1")
def client_may_use_code(request: AuthorizationRequest, context: Context) -> AuthorizationRequest:
    """Raises `RedirectedError` unauthorized_client."""
    if context.client is None or not context.client.may_use("authorization_code"):
        raise RedirectedError("unauthorized_client", _("This client is not registered for the authorization code flow."))
    return request
