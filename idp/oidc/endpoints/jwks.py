"""`/oauth2/jwks`: the public halves of our signing keys (RFC 7517 §5)."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from idp.core.boundary import Skin, speaks
from idp.core.hosts import any_host
from idp.core.specs import implements
from idp.oidc.cors import cross_origin
from idp.oidc.jose.keys import JWKS_CACHE_SECONDS, published_jwks


@any_host
@require_safe
@cross_origin("public")
@speaks(Skin.OAUTH)
@implements("RFC 7517", "5")
@implements("RFC 9110", "9.3.2")
def jwks(request: HttpRequest) -> HttpResponse:
    """The key set, cacheable for less time than a new key is published before it signs (`jose/rotation.py`)."""
    response = JsonResponse(published_jwks(), content_type="application/jwk-set+json")
    response["Cache-Control"] = f"public, max-age={JWKS_CACHE_SECONDS}"
    return response
