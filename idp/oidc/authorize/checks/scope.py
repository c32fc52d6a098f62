"""Which scopes are asked for, and whether this client may (RFC 6749 §3.3)."""

from django.utils.translation import gettext as _

from idp.core.errors import RedirectedError
from idp.core.specs import implements
from idp.oidc.authorize.request import AuthorizationRequest, Context


@implements("RFC 6749", "3.3")
def scope(request: AuthorizationRequest, context: Context) -> AuthorizationRequest:
    """Sets `scopes`, in the order sent, each once. Raises `RedirectedError` invalid_scope.

    A scope nobody knows is ignored (OIDC Core §3.1.2.1); one that exists but is not this client's is refused, so that a
    mistake in a registration is seen at once.
    """
    known = tuple(dict.fromkeys(name for name in request.value("scope").split() if name in context.known_scopes))
    refused = [name for name in known if name not in context.permitted_scopes]
    if refused:
        raise RedirectedError("invalid_scope", _("This client may not ask for: %(scopes)s.") % {"scopes": " ".join(refused)})
    if not known:
        raise RedirectedError("invalid_scope", _("Ask for at least one scope that this provider knows, such as openid."))
    return request.having(scopes=known)
