"""`/oauth2/introspect`: a resource server asks whether a token is live and what it says (RFC 7662).

`active: true` goes to the token's own confidential client, or to one whose `resource_identifiers` cover the token's audience.
Everyone and everything else gets exactly `{"active": false}`: a token of another audience is no business of the caller.
"""

from collections.abc import Collection
from typing import Any, Protocol

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from idp.core import clock
from idp.core.boundary import Skin, speaks
from idp.core.errors import OAuthError
from idp.core.http import no_store
from idp.core.specs import implements
from idp.oidc.client_auth.authenticate import authenticated_resource_server
from idp.oidc.endpoints.form import endpoint_form
from idp.oidc.jose.claims import user_claims, username
from idp.oidc.jose.subject import subject_for
from idp.oidc.tokens.kept_token import INTROSPECTIONS, keep_answer
from idp.oidc.tokens.lookup import LiveToken, live_access_token

# Said of everything that is not live, and of what is not the caller's business.
INACTIVE = {"active": False}
_ANY_RESOURCE = "*"
# Names and pictures are for pages: they are read at UserInfo, not on every API call.
_INTROSPECTED_SCOPES = ("email", "phone", "roles")


@csrf_exempt  # Called by programs; no cookie is read here.
@speaks(Skin.OAUTH)
@implements("RFC 7662", "2")
def introspect(request: HttpRequest) -> HttpResponse:
    """The state of one access token as JSON. Raises `OAuthError`."""
    form = endpoint_form(request)
    caller = authenticated_resource_server(request, form)
    if "token" not in form:
        raise OAuthError("invalid_request", _("The parameter token is missing."))
    read_at = clock.now()
    token = live_access_token(form["token"])
    if token is None or not may_see(caller, owner_pk=token.client.pk, audience=token.row.resource):
        return no_store(JsonResponse(INACTIVE))
    response = no_store(JsonResponse(describe(token)))
    facts = {"owner": token.client.pk, "aud": token.row.resource}
    keep_answer(INTROSPECTIONS, form["token"], token, read_at=read_at, facts=facts, body=response.content)
    return response


class Caller(Protocol):
    """Who asks: a client's row, or a copy of these columns."""

    @property
    def pk(self) -> int:
        """Its key."""
        ...

    @property
    def resource_identifiers(self) -> Collection[str]:
        """The resources it answers for."""
        ...


@implements("RFC 7662", "4")
def may_see(caller: Caller, *, owner_pk: int, audience: Collection[str]) -> bool:
    """Whether this caller is told that a token of this client, for this audience, is live."""
    covered = caller.resource_identifiers
    return owner_pk == caller.pk or _ANY_RESOURCE in covered or any(aud in covered for aud in audience)


@implements("RFC 7662", "2.2")
def describe(token: LiveToken) -> dict[str, Any]:
    """What a live token says: the standard members, the sign-in behind it, and claims its scopes release."""
    row, client, user, scopes = token.row, token.client, token.user, token.scopes
    # Of every token, a client's own included.
    answer: dict[str, Any] = {
        "active": True,
        "token_type": "Bearer",
        "client_id": client.client_id,
        "scope": row.scope,
        "iss": settings.IDP_ISSUER,
        "aud": row.resource,
        "iat": clock.epoch(row.created),
        "exp": clock.epoch(row.expires),
        "jti": str(row.jti),
        "sub": client.client_id,
    }
    if user is None or row.sid is None or row.auth_time is None:
        return answer
    # Of a person's token: who, in which session, how strongly signed in, and what the scopes release.
    readable = username(user, scopes)
    return {
        **answer,
        **user_claims(user, [scope for scope in scopes if scope in _INTROSPECTED_SCOPES]),
        **({"username": readable} if readable else {}),
        "sub": subject_for(user, client),
        "sid": str(row.sid),
        "auth_time": clock.epoch(row.auth_time),
        "acr": row.acr,
        "amr": row.amr,
    }
