"""What the client wants the person to see (OIDC Core §3.1.2.1 `prompt`)."""

from django.utils.translation import gettext as _

from idp.core.errors import RedirectedError
from idp.core.specs import implements
from idp.oidc.authorize.request import AuthorizationRequest, Context
from idp.oidc.vocabulary import PROMPTS


@implements("OIDC Core", "3.1.2.1")
def prompt(request: AuthorizationRequest, context: Context) -> AuthorizationRequest:
    """Sets `prompt`. Raises `RedirectedError` invalid_request for an unknown value, or for `none` beside another."""
    asked = tuple(dict.fromkeys(request.value("prompt").split()))
    unknown = [value for value in asked if value not in PROMPTS]
    if unknown:
        raise RedirectedError(
            "invalid_request", _("These prompt values are not supported: %(values)s.") % {"values": " ".join(unknown)}
        )
    if "none" in asked and len(asked) > 1:
        raise RedirectedError("invalid_request", _("prompt=none cannot be combined with another prompt."))
    return request.having(prompt=asked)
