"""The redirect URI is one of the client's own, to the letter; only a native app's loopback literal may vary in port."""

from django.utils.translation import gettext as _

from idp.core.errors import DisplayedError
from idp.core.specs import implements
from idp.oidc.authorize import redirect_uri
from idp.oidc.authorize.request import AuthorizationRequest, Context


@implements("RFC 9700", "2.1")
def registered_redirect_uri(request: AuthorizationRequest, context: Context) -> AuthorizationRequest:
    """Sets `redirect_uri` and `state`. Raises `DisplayedError`, also when none was sent (OIDC Core §3.1.2.1)."""
    presented = request.value("redirect_uri")
    registered = context.client.redirect_uris.split() if context.client else []
    native = context.client is not None and context.client.application_type == "native"
    if not presented or not redirect_uri.is_registered(presented, registered, native=native):
        raise DisplayedError(
            "invalid_redirect_uri",
            _(
                "The application asked us to send you to an address that is not registered for it, so we stopped here. "
                "Please go back and tell its makers."
            ),
            detail=presented[:200],
        )
    return request.having(redirect_uri=presented, state=request.value("state"))
