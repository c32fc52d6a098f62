"""Request objects are not read here, so one that is sent is refused, never ignored (OIDC Core §6.1, §6.2, §7.2.1)."""

from django.utils.translation import gettext as _

from idp.core.errors import RedirectedError
from idp.core.specs import implements
from idp.oidc.authorize.request import AuthorizationRequest, Context


@implements("OIDC Core", "6")
@implements("OIDC Core", "6.1")
@implements("OIDC Core", "6.2")
def request_object(request: AuthorizationRequest, context: Context) -> AuthorizationRequest:
    """Raises `RedirectedError` request_not_supported, request_uri_not_supported or registration_not_supported."""
    for parameter in ("request", "request_uri", "registration"):
        if request.value(parameter):
            raise RedirectedError(
                f"{parameter}_not_supported", _("The parameter %(name)s is not supported.") % {"name": parameter}
            )
    return request
