"""No parameter twice, `resource` excepted: two readers of one request must never see two requests (RFC 6749 §3.1)."""

from django.utils.translation import gettext as _

from idp.core.errors import DisplayedError
from idp.core.specs import implements
from idp.oidc.authorize.request import AuthorizationRequest, Context

# RFC 8707 §2: the one parameter that may be repeated.
_REPEATABLE = frozenset({"resource"})
# The names our page may repeat. Any other name is whatever the sender wants people to read there.
_NAMED = frozenset(
    {
        "client_id", "redirect_uri", "response_type", "response_mode", "scope", "state", "nonce", "code_challenge",
        "code_challenge_method", "prompt", "max_age", "id_token_hint", "login_hint", "acr_values", "claims", "display",
        "ui_locales", "claims_locales", "request", "request_uri", "registration",
    }
)  # fmt: skip


@implements("RFC 6749", "3.1")
def single_valued_parameters(request: AuthorizationRequest, context: Context) -> AuthorizationRequest:
    """Raises `DisplayedError` invalid_request."""
    repeated = sorted(name for name, values in request.parameters.items() if len(values) > 1 and name not in _REPEATABLE)
    if not repeated:
        return request
    named = ", ".join(name for name in repeated if name in _NAMED)
    raise DisplayedError(
        "invalid_request",
        _("These parameters were sent twice: %(names)s.") % {"names": named} if named else _("A parameter was sent twice."),
        detail=f"repeated: {', '.join(repeated)[:200]}",
    )
