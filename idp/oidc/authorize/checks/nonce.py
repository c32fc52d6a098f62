"""The client's own mark, kept with the code and copied into the ID token (OIDC Core §3.1.2.1 `nonce`)."""

from django.utils.translation import gettext as _

from idp.core.errors import RedirectedError
from idp.core.specs import implements
from idp.oidc.authorize.request import AuthorizationRequest, Context

# Characters.
_LONGEST = 1024


@implements("OIDC Core", "3.1.2.1")
def nonce(request: AuthorizationRequest, context: Context) -> AuthorizationRequest:
    """Sets `nonce` as sent. Raises `RedirectedError` invalid_request for one that is too long to keep."""
    sent = request.value("nonce")
    if len(sent) > _LONGEST:
        raise RedirectedError("invalid_request", _("nonce is longer than the 1024 characters that we keep."))
    return request.having(nonce=sent)
