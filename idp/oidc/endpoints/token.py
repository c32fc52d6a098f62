"""`/oauth2/token`: an authenticated client exchanges a grant for tokens (RFC 6749 §3.2)."""

from collections.abc import Callable, Mapping

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from idp.core.boundary import Skin, speaks
from idp.core.errors import OAuthError
from idp.core.http import no_store
from idp.core.specs import implements
from idp.oidc.client_auth.authenticate import authenticated_client
from idp.oidc.cors import cross_origin
from idp.oidc.endpoints.form import endpoint_form, picked, repeated
from idp.oidc.models import Client
from idp.oidc.tokens.grants.authorization_code import CodeExchange, exchange_code
from idp.oidc.tokens.grants.client_credentials import ClientCredentials, issue_to_client
from idp.oidc.tokens.grants.refresh_token import Refresh, refresh
from idp.oidc.tokens.grants.response import TokenResponse

Form = dict[str, str]
# RFC 8707 §2.2: it may be sent several times, unlike every other parameter.
_RESOURCE = "resource"
Resources = tuple[str, ...]

# The grants that exist. Password and implicit stay out for good (RFC 9700 §2.1.2, §2.4).
GRANTS: Mapping[str, Callable[[Client, Form, Resources], TokenResponse]] = {
    "authorization_code": lambda client, form, resources: exchange_code(
        client=client, request=picked(form, CodeExchange), resources=resources
    ),
    "refresh_token": lambda client, form, resources: refresh(client=client, request=picked(form, Refresh), resources=resources),
    "client_credentials": lambda client, form, resources: issue_to_client(
        client=client, request=picked(form, ClientCredentials), resources=resources
    ),
}


@csrf_exempt  # Called by programs; no cookie is read here.
@cross_origin("client")
@speaks(Skin.OAUTH)
@implements("RFC 6749", "3.2")
def token(request: HttpRequest) -> HttpResponse:
    """The grant's answer as JSON, never cached. Raises `OAuthError`."""
    form = endpoint_form(request, repeatable=_RESOURCE)
    client = authenticated_client(request, form)
    grant_type = form.get("grant_type", "")
    if not grant_type:
        raise OAuthError("invalid_request", _("The parameter grant_type is missing."))
    if grant_type not in GRANTS:
        raise OAuthError("unsupported_grant_type", _("This grant type is not supported."))
    if not client.may_use(grant_type):
        raise OAuthError("unauthorized_client", _("This client is not registered for that grant type."))
    response = GRANTS[grant_type](client, form, repeated(request, _RESOURCE))
    return no_store(JsonResponse(response.body()))
