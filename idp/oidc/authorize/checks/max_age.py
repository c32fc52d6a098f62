"""How old the sign-in may be, in seconds (OIDC Core §3.1.2.1 `max_age`); 0 asks for a new one."""

from django.utils.translation import gettext as _

from idp.core.errors import RedirectedError
from idp.core.specs import implements
from idp.oidc.authorize.request import AuthorizationRequest, Context

_LONGEST = 10


@implements("OIDC Core", "3.1.2.1")
def max_age(request: AuthorizationRequest, context: Context) -> AuthorizationRequest:
    """Sets `max_age`, else the client's default. Raises `RedirectedError` invalid_request for anything but whole seconds."""
    sent = request.value("max_age")
    if not sent:
        # OIDC Dynamic Registration §2: what the registration asks for holds where the request says nothing.
        return request.having(max_age=context.client.default_max_age if context.client else None)
    if not (sent.isascii() and sent.isdigit() and len(sent) <= _LONGEST):
        raise RedirectedError("invalid_request", _("max_age must be a whole number of seconds."))
    return request.having(max_age=int(sent))
