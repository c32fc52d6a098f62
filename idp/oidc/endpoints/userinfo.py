"""`/oauth2/userinfo`: what the granted scopes, and claims asked for singly, say about the person (OIDC Core §5.3, §5.5)."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from idp.core import clock
from idp.core.boundary import Skin, speaks
from idp.core.errors import OAuthError
from idp.core.http import no_store
from idp.core.specs import implements
from idp.oidc import cors
from idp.oidc.jose import signing
from idp.oidc.jose.claims import user_claims
from idp.oidc.jose.requested_claims import recorded_claims
from idp.oidc.jose.subject import subject_for
from idp.oidc.models import Client
from idp.oidc.tokens.kept_token import USER_INFOS, keep_answer
from idp.oidc.tokens.lookup import LiveToken, live_access_token
from idp.oidc.tokens.resource_server import bearer_token, insufficient_scope, invalid_token, presented_tokens, presenting_client


@csrf_exempt  # Authorized by the token alone; no cookie is read here.
@cors.cross_origin("client")
@speaks(Skin.OAUTH)
@implements("OIDC Core", "5.3")
def userinfo(request: HttpRequest) -> HttpResponse:
    """Claims as JSON or as a JWT, `sub` always among them. Raises `OAuthError` 400, 401, 403 or 405, or `Unavailable`."""
    try:
        read_at = clock.now()
        token, claims = _claims(request)
        response = no_store(_answer(token.client, claims))
    except OAuthError:
        # A page must be able to read that its token is dead: the client is named inside the token. Without any token
        # the refusal says nothing about anybody.
        client = presenting_client(request)
        if client is not None:
            cors.allow_for(request, client)
        elif not any(presented_tokens(request)):
            cors.allow_registered(request)
        raise
    # Kept as it is told to whoever presents the token; a signed answer is made anew each time.
    if not token.client.userinfo_signed_response_alg:
        facts = {"origins": sorted(cors.origins_of(token.client))}
        keep_answer(USER_INFOS, bearer_token(request), token, read_at=read_at, facts=facts, body=response.content)
    return response


def _claims(request: HttpRequest) -> tuple[LiveToken, dict[str, Any]]:
    """Whose token was presented, and what it releases. Raises `OAuthError`."""
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
    singly = recorded_claims(token.row.requested_claims).userinfo
    return token, {**user_claims(token.user, token.scopes, singly=singly), "sub": subject_for(token.user, token.client)}


@implements("OIDC Core", "5.3.2")
def _answer(client: Client, claims: dict[str, Any]) -> HttpResponse:
    """JSON, or signed for this client where its registration asks for that. Raises `Unavailable` without a key."""
    algorithm = client.userinfo_signed_response_alg
    if not algorithm:
        return JsonResponse(claims)
    sign = signing.signer(algorithm=algorithm, typ=signing.USERINFO_TYPE)
    # Issuer and audience come last: no claim of a person can stand in their place.
    signed = sign({**claims, "iss": settings.IDP_ISSUER, "aud": client.client_id})
    return HttpResponse(signed, content_type="application/jwt")
