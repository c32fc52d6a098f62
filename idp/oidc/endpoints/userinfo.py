"""`/oauth2/userinfo`: what the granted scopes say about the person (OIDC Core §5.3)."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from idp.core.boundary import Skin, speaks
from idp.core.errors import OAuthError
from idp.core.http import no_store
from idp.core.specs import implements
from idp.oidc import cors
from idp.oidc.jose.claims import user_claims
from idp.oidc.jose.subject import subject_for
from idp.oidc.tokens.lookup import live_access_token
from idp.oidc.tokens.resource_server import bearer_token, insufficient_scope, invalid_token, presenting_client


@csrf_exempt  # Authorized by the token alone; no cookie is read here.
@cors.cross_origin("client")
@speaks(Skin.OAUTH)
@implements("OIDC Core", "5.3")
def userinfo(request: HttpRequest) -> HttpResponse:
    """Claims as JSON, `sub` always among them. Raises `OAuthError` 400, 401, 403 or 405."""
    try:
        return no_store(JsonResponse(_claims(request)))
    except OAuthError:
        # A page must be able to read that its token is dead: the client is named inside the token.
        client = presenting_client(request)
        if client is not None:
            cors.allow_for(request, client)
        raise


def _claims(request: HttpRequest) -> dict[str, Any]:
    """What the presented token releases. Raises `OAuthError`."""
    if request.method not in {"GET", "POST"}:
        raise OAuthError("invalid_request", _("Use GET or POST here."), status=405, headers={"Allow": "GET, POST"})
    token = live_access_token(bearer_token(request))
    if token is None or token.user is None:
        raise invalid_token(_("The access token is unknown, expired or revoked."))
    cors.allow_for(request, token.client)

    # Live, and made for this: its scope and its audience.
    if "openid" not in token.scopes:
        raise insufficient_scope("openid")
    if settings.IDP_ISSUER not in token.row.resource:
        raise invalid_token(_("The access token is meant for another audience."))
    return {**user_claims(token.user, token.scopes), "sub": subject_for(token.user, token.client)}
