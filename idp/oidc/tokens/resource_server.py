"""Bearer tokens presented to our own APIs: where they may stand, and how a refusal reads (RFC 6750)."""

import re

from django.http import HttpRequest
from django.utils.translation import gettext as _

from idp.core import api_ingress
from idp.core.errors import OAuthError
from idp.core.specs import implements
from idp.oidc.models import Client
from idp.oidc.provider.clients import find_enabled_client
from idp.oidc.tokens import format as token_format
from idp.oidc.tokens.format import Kind
from idp.oidc.tokens.lookup import claims_of_jwt

REALM = 'Bearer realm="Fashionistar"'
# The client's handle follows the prefix (`format.py`).
_HANDLE = re.compile(rf"{Kind.ACCESS_TOKEN}([a-z2-7]{{8}})")


@implements("RFC 6750", "2.1")
def bearer_token(request: HttpRequest) -> str:
    """The token of the Authorization header, or of a form body (RFC 6750 §2.2). Raises `OAuthError` 400 or 401.

    Never of the query (RFC 9700 §4.3.2); two tokens in one request are refused (RFC 6750 §2: one method at a time).
    """
    tokens = presented_tokens(request)
    if "access_token" in request.GET:
        raise invalid_token(_("Send the access token once, in the Authorization header."))
    if len(tokens) > 1:
        raise invalid_request(_("Send the access token once, in the Authorization header."))
    if not any(tokens):
        # RFC 6750 §3.1: without credentials the challenge names no error.
        raise OAuthError("invalid_token", _("An access token is needed."), status=401, headers={"WWW-Authenticate": REALM})
    return tokens[0]


@implements("RFC 6750", "2.2")
def presented_tokens(request: HttpRequest) -> list[str]:
    """Every token of header and form body, unjudged, the header's first."""
    from_header = token_of_header(request.headers.get("Authorization", ""))
    bodies = request.POST.getlist("access_token") if request.method == "POST" and api_ingress.is_form(request) else []
    return [*([from_header] if from_header else []), *bodies]


@implements("RFC 6750", "2.1")
def token_of_header(authorization: str) -> str:
    """What follows the scheme Bearer; "" for another scheme or none."""
    scheme, _separator, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def presenting_client(request: HttpRequest) -> Client | None:
    """The enabled client this request's token was issued to, be it dead or alive; None for what we did not mint."""
    token = next(iter(presented_tokens(request)), "")
    if token_format.is_ours(token, Kind.ACCESS_TOKEN):
        named = _HANDLE.match(token)
        return Client.objects.filter(handle=named[1], enabled=True).first() if named else None
    claims = claims_of_jwt(token)
    return find_enabled_client(str(claims["client_id"])) if claims else None


@implements("RFC 9470", "3")
def insufficient_user_authentication(*, acr_values: str, max_age: int | None) -> OAuthError:
    """401 naming the sign-in that would be enough: at this level, and at most so many seconds ago."""
    description = _("This needs a stronger or more recent sign-in. Please sign in again.")
    challenge = f'{REALM}, error="insufficient_user_authentication", error_description="{description}", acr_values="{acr_values}"'
    challenge += "" if max_age is None else f', max_age="{max_age}"'
    return OAuthError("insufficient_user_authentication", description, status=401, headers={"WWW-Authenticate": challenge})


@implements("RFC 6750", "3")
def invalid_token(description: str) -> OAuthError:
    """401 with the challenge RFC 6750 §3 prescribes."""
    challenge = f'{REALM}, error="invalid_token", error_description="{description}"'
    return OAuthError("invalid_token", description, status=401, headers={"WWW-Authenticate": challenge})


def invalid_request(description: str) -> OAuthError:
    """400 with a challenge, for a request that is malformed (RFC 6750 §3.1)."""
    challenge = f'{REALM}, error="invalid_request", error_description="{description}"'
    return OAuthError("invalid_request", description, status=400, headers={"WWW-Authenticate": challenge})


def insufficient_scope(scope: str) -> OAuthError:
    """403 naming the scope that is missing (RFC 6750 §3.1)."""
    description = _("This access token does not carry the scope that is needed.")
    challenge = f'{REALM}, error="insufficient_scope", error_description="{description}", scope="{scope}"'
    return OAuthError("insufficient_scope", description, status=403, headers={"WWW-Authenticate": challenge})
