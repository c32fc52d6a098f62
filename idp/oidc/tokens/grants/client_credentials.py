"""A client's own token, for calls between services (RFC 6749 §4.4)."""

from django.utils.translation import gettext as _

from idp.core.errors import OAuthError
from idp.core.specs import implements
from idp.core.types import Schema
from idp.oidc.models import Client
from idp.oidc.provider.scopes import permitted_scopes
from idp.oidc.tokens.grants.response import TokenResponse
from idp.oidc.tokens.issue import audience_of, prepared_access_token

# Scopes that speak of a person; a client's own token has none (OIDC Core §3.1.2.1).
PERSONAL_SCOPES = frozenset({"openid", "profile", "email", "phone", "address", "roles", "offline_access"})


class ClientCredentials(Schema):
    """What the client sends besides its credentials."""

    scope: str = ""


@implements("RFC 6749", "4.4.2")
def issue_to_client(*, client: Client, request: ClientCredentials, resources: tuple[str, ...] = ()) -> TokenResponse:
    """A token without a person: one INSERT. Raises `OAuthError` unauthorized_client, invalid_scope or invalid_target."""
    if not client.is_confidential:
        raise OAuthError("unauthorized_client", _("Only a confidential client may use client_credentials."))
    allowed = permitted_scopes(client) - PERSONAL_SCOPES
    asked = tuple(dict.fromkeys(request.scope.split()))
    refused = [scope for scope in asked if scope not in allowed]
    if refused:
        raise OAuthError("invalid_scope", _("This client may not ask for: %(scopes)s.") % {"scopes": " ".join(refused)})
    if not client.permitted_resources.issuperset(resources):
        raise OAuthError("invalid_target", _("This client may not ask for a token for that resource."))
    audience = audience_of(scopes=asked, resources=resources or client.default_resources)
    return TokenResponse(access=prepared_access_token(client=client, scopes=asked, audience=audience).store())
