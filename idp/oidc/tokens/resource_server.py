"""Bearer tokens presented to our own APIs: where they may stand, and how a refusal reads (RFC 6750)."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from idp.core import api_ingress
from idp.core.errors import OAuthError
from idp.core.specs import implements

REALM = 'Bearer realm="Fashionistar"'


@implements("RFC 6750", "2.1")
def bearer_token(request: HttpRequest) -> str:
    """The token of the Authorization header, or of a form body (RFC 6750 §2.2); never of the query. Raises `OAuthError` 401.

    Two tokens in one request are refused (RFC 6750 §2: one method at a time).
    """
    scheme, _separator, header_token = request.headers.get("Authorization", "").partition(" ")
    from_header = header_token.strip() if scheme.lower() == "bearer" else ""
    bodies = request.POST.getlist("access_token") if request.method == "POST" and api_ingress.is_form(request) else []
    from_body = next(iter(bodies), "")
    if "access_token" in request.GET or len(bodies) + bool(from_header) > 1:
        raise invalid_token(_("Send the access token once, in the Authorization header."))
    token = from_header or from_body
    if not token:
        # RFC 6750 §3.1: without credentials the challenge names no error.
        raise OAuthError("invalid_token", _("An access token is needed."), status=401, headers={"WWW-Authenticate": REALM})
    return token


def invalid_token(description: str) -> OAuthError:
    """401 with the challenge RFC 6750 §3 prescribes."""
    challenge = f'{REALM}, error="invalid_token", error_description="{description}"'
    return OAuthError("invalid_token", description, status=401, headers={"WWW-Authenticate": challenge})


def insufficient_scope(scope: str) -> OAuthError:
    """403 naming the scope that is missing (RFC 6750 §3.1)."""
    description = _("This access token does not carry the scope that is needed.")
    challenge = f'{REALM}, error="insufficient_scope", error_description="{description}", scope="{scope}"'
    return OAuthError("insufficient_scope", description, status=403, headers={"WWW-Authenticate": challenge})
