"""How strongly the person has to be known (OIDC Core §5.5.1.1).

A level that a sign-in can reach is gone for, wished or essential. They differ where none of them can be reached:
essential ones are then refused, wished ones forgotten.
"""

from django.utils.translation import gettext as _

from idp.core.errors import RedirectedError
from idp.core.specs import implements
from idp.login.acr import reachable_acrs
from idp.oidc.authorize.request import AuthorizationRequest, Context


@implements("OIDC Core", "3.1.2.1")
@implements("OIDC Unmet Authentication Requirements", "2")
def acr(request: AuthorizationRequest, context: Context) -> AuthorizationRequest:
    """Keeps the levels that a sign-in can reach. Raises `RedirectedError` when an essential one is not among them."""
    registered = context.client.default_acr_values if context.client else []
    wished = (*request.acr_values, *request.value("acr_values").split()) or tuple(registered)
    reachable = reachable_acrs()
    essential = tuple(level for level in request.essential_acrs if level in reachable)
    if request.essential_acrs and not essential:
        raise RedirectedError(
            "unmet_authentication_requirements",
            _("No sign-in here reaches the acr that was asked for; there is: %(levels)s.") % {"levels": ", ".join(reachable)},
        )
    return request.having(acr_values=tuple(level for level in wished if level in reachable), essential_acrs=essential)
