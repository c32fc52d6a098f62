"""Which API the token is for (RFC 8707 §2): only the client's own default until more can be registered."""

from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from idp.core.errors import RedirectedError
from idp.core.specs import implements
from idp.oidc.authorize.request import AuthorizationRequest, Context


@implements("RFC 8707", "2")
def resource(request: AuthorizationRequest, context: Context) -> AuthorizationRequest:
    """Sets `resources`. Raises `RedirectedError` invalid_target for a resource this client has no business with."""
    asked = tuple(dict.fromkeys(request.parameters.get("resource", ())))
    permitted = context.client.default_resource if context.client else ""
    for uri in asked:
        parts = urlsplit(uri)
        if not parts.scheme or parts.fragment or uri != permitted:
            raise RedirectedError("invalid_target", _("This client may not ask for a token for that resource."))
    return request.having(resources=asked)
