"""Only the code flow exists: implicit and hybrid put tokens into URLs (RFC 9700 §2.1.2)."""

from django.utils.translation import gettext as _

from idp.core.errors import RedirectedError
from idp.core.specs import implements
from idp.oidc.authorize.request import AuthorizationRequest, Context


@implements("RFC 9700", "2.1.2")
@implements("RFC 6749", "3.1.1")
def response_type(request: AuthorizationRequest, context: Context) -> AuthorizationRequest:
    """Raises `RedirectedError` invalid_request when it is missing, unsupported_response_type when it is not `code`."""
    asked = request.value("response_type")
    if not asked:
        raise RedirectedError("invalid_request", _("The parameter response_type is missing."))
    if asked != "code":
        raise RedirectedError("unsupported_response_type", _("Only response_type=code is supported."))
    return request
