"""PKCE with S256 for every client whose registration does not opt out (RFC 7636 §4.3, RFC 9700 §2.1.1)."""

import re

from django.utils.translation import gettext as _

from idp.core.errors import RedirectedError
from idp.core.specs import implements
from idp.oidc.authorize.request import AuthorizationRequest, Context

# RFC 7636 §4.2: an S256 challenge is the base64url form of 32 bytes, so always 43 characters.
_S256_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")


@implements("RFC 7636", "4.3")
def pkce(request: AuthorizationRequest, context: Context) -> AuthorizationRequest:
    """Sets `code_challenge`. Raises `RedirectedError` invalid_request."""
    challenge, method = request.value("code_challenge"), request.value("code_challenge_method")
    if context.pkce_optional and not challenge and not method:
        return request
    if not challenge:
        raise RedirectedError("invalid_request", _("The parameter code_challenge is missing (PKCE, RFC 7636)."))
    # A missing method would mean "plain" (RFC 7636 §4.3), which protects nothing.
    if method != "S256":
        raise RedirectedError("invalid_request", _("code_challenge_method must be S256."))
    if not _S256_CHALLENGE.fullmatch(challenge):
        raise RedirectedError("invalid_request", _("code_challenge must be 43 characters of base64url."))
    return request.having(code_challenge=challenge)
