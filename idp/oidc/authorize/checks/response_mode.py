"""How the answer travels: in the query, or posted by a form (OAuth 2.0 Multiple Response Types §2.1, Form Post §2)."""

from django.utils.translation import gettext as _

from idp.core.errors import RedirectedError
from idp.core.specs import implements
from idp.oidc.authorize.request import AuthorizationRequest, Context
from idp.oidc.vocabulary import RESPONSE_MODES


@implements("OAuth 2.0 Multiple Response Types", "2.1")
def response_mode(request: AuthorizationRequest, context: Context) -> AuthorizationRequest:
    """Sets `response_mode`. Raises `RedirectedError` invalid_request for a mode we cannot answer in, never a silent default."""
    asked = request.value("response_mode") or RESPONSE_MODES[0]
    if asked not in RESPONSE_MODES:
        raise RedirectedError("invalid_request", _("This response_mode is not supported."))
    # A form can be posted to a web address only; an app's own scheme would be opened with an empty hand.
    if asked == "form_post" and not request.redirect_uri.startswith(("https://", "http://")):
        raise RedirectedError("invalid_request", _("response_mode=form_post needs a redirect_uri that begins with https."))
    return request.having(response_mode=asked)
