"""Whom the client expects to be signed in (OIDC Core §3.1.2.1 `id_token_hint`)."""

from django.utils.translation import gettext as _

from idp.core.errors import RedirectedError
from idp.core.specs import implements
from idp.oidc.authorize.request import AuthorizationRequest, Context
from idp.oidc.jose.signing import NotOurs, verified_hint


@implements("OIDC Core", "3.1.2.1")
def id_token_hint(request: AuthorizationRequest, context: Context) -> AuthorizationRequest:
    """Sets `expected_subjects`. Raises `RedirectedError` invalid_request for a token we did not sign."""
    hint = request.value("id_token_hint")
    if not hint:
        return request
    try:
        claims = verified_hint(hint)
    except NotOurs as exc:
        raise RedirectedError(
            "invalid_request", _("id_token_hint is not an ID token of this provider."), detail=str(exc)
        ) from exc
    return request.having(expected_subjects=(claims["sub"],))
