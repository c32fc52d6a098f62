"""`/oauth2/revoke`: a client says that it is done with a token (RFC 7009)."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from idp.audit.services import record
from idp.audit.types import Event
from idp.core.boundary import Skin, speaks
from idp.core.errors import OAuthError
from idp.core.http import no_store
from idp.core.specs import implements
from idp.oidc.client_auth.authenticate import authenticated_client
from idp.oidc.cors import cross_origin
from idp.oidc.endpoints.form import endpoint_form
from idp.oidc.tokens.revoke import revoke_token


@csrf_exempt  # Called by programs; no cookie is read here.
@cross_origin("client")
@speaks(Skin.OAUTH)
@implements("RFC 7009", "2.1")
def revoke(request: HttpRequest) -> HttpResponse:
    """200 whether there was something to revoke or not; another client's token stays untouched. Raises `OAuthError`."""
    form = endpoint_form(request)
    client = authenticated_client(request, form)
    if "token" not in form:
        raise OAuthError("invalid_request", _("The parameter token is missing."))
    # `token_type_hint` is advice only: the value's own prefix says what it is (RFC 7009 §2.1).
    with transaction.atomic():
        if revoke_token(form["token"], client_pk=client.pk):
            record(event=Event.TOKEN_REVOKED, client_id=client.client_id)
    return no_store(JsonResponse({"message": _("The token is no longer valid.")}))
