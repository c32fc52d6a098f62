"""`offline_access` means a refresh token, so it is dropped for a client that cannot use one (OIDC Core §11)."""

from idp.core.specs import implements
from idp.oidc.authorize.request import AuthorizationRequest, Context


@implements("OIDC Core", "11")
def offline_access(request: AuthorizationRequest, context: Context) -> AuthorizationRequest:
    """Removes the scope where the client lacks the refresh_token grant; the answer's `scope` then says so."""
    if context.client is not None and context.client.may_use("refresh_token"):
        return request
    return request.having(scopes=tuple(name for name in request.scopes if name != "offline_access"))
