"""What the client wants the person to see (OIDC Core §3.1.2.1 `prompt`, `login_hint`)."""

from django.utils.translation import gettext as _

from idp.core.errors import RedirectedError
from idp.core.specs import implements
from idp.oidc.authorize.request import AuthorizationRequest, Context
from idp.oidc.vocabulary import PROMPTS

# Characters: an e-mail address has no more (RFC 5321 §4.5.3.1.3). A longer hint names nobody and is cut.
_LONGEST_HINT = 254


@implements("OIDC Core", "3.1.2.1")
@implements("OIDC Initiating User Registration", "4.1")
def prompt(request: AuthorizationRequest, context: Context) -> AuthorizationRequest:
    """Sets `prompt` and `login_hint`. Raises `RedirectedError` invalid_request for a value not spoken, or `none` beside another.

    The sentence names our own words, never what was sent (Initiating User Registration §4.1 asks for no more than the parameter).
    """
    asked = tuple(dict.fromkeys(request.value("prompt").split()))
    if not set(asked) <= set(PROMPTS):
        raise RedirectedError(
            "invalid_request", _("prompt is not supported; there is: %(values)s.") % {"values": ", ".join(PROMPTS)}
        )
    if "none" in asked and len(asked) > 1:
        raise RedirectedError("invalid_request", _("prompt=none cannot be combined with another prompt."))
    return request.having(prompt=asked, login_hint=request.value("login_hint")[:_LONGEST_HINT])
