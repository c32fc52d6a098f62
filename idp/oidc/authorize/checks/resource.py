"""Which APIs the tokens are for (RFC 8707 §2): one or several of those registered for this client."""

from django.utils.translation import gettext as _

from idp.core.errors import RedirectedError
from idp.core.specs import implements
from idp.oidc.authorize.request import AuthorizationRequest, Context


@implements("RFC 8707", "2")
def resource(request: AuthorizationRequest, context: Context) -> AuthorizationRequest:
    """Sets `resources`. Raises `RedirectedError` invalid_target for a resource this client has no business with.

    A registered resource is an absolute URI without fragment, so one that equals it, character for character, is one too.
    """
    asked = tuple(dict.fromkeys(request.parameters.get("resource", ())))
    permitted = context.client.permitted_resources if context.client else frozenset()
    if not permitted.issuperset(asked):
        raise RedirectedError("invalid_target", _("This client may not ask for a token for that resource."))
    return request.having(resources=asked)
