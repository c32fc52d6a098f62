"""No parameter twice, `resource` excepted: two readers of one request must never see two requests (RFC 6749 §3.1)."""

from django.utils.translation import gettext as _

from idp.core.errors import DisplayedError
from idp.core.specs import implements
from idp.oidc.authorize.request import AuthorizationRequest, Context

# RFC 8707 §2: the one parameter that may be repeated.
_REPEATABLE = frozenset({"resource"})


@implements("RFC 6749", "3.1")
def single_valued_parameters(request: AuthorizationRequest, context: Context) -> AuthorizationRequest:
    """Raises `DisplayedError` invalid_request."""
    repeated = sorted(name for name, values in request.parameters.items() if len(values) > 1 and name not in _REPEATABLE)
    if repeated:
        raise DisplayedError(
            "invalid_request", _("These parameters were sent twice: %(names)s.") % {"names": ", ".join(repeated)[:200]}
        )
    return request
