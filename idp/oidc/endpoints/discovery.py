"""What this provider is and can do: `/.well-known/openid-configuration` and the same for plain OAuth (RFC 8414).

The document depends on the issuer alone, never on the request, and names only what works today.
"""

import json
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from idp.core.boundary import Skin, speaks
from idp.core.hosts import any_host
from idp.core.specs import implements
from idp.login.acr import reachable_acrs
from idp.oidc.client_auth.authenticate import METHODS
from idp.oidc.cors import cross_origin
from idp.oidc.endpoints.token import GRANTS
from idp.oidc.jose.claims import CLAIMS_SUPPORTED
from idp.oidc.jose.keys import ALGORITHMS
from idp.oidc.provider.scopes import known_scopes
from idp.oidc.vocabulary import PROMPTS, RESPONSE_MODES


@any_host
@require_GET
@cross_origin("public")
@speaks(Skin.OAUTH)
@implements("OIDC Discovery", "4")
def discovery(request: HttpRequest) -> HttpResponse:
    """The document, byte for byte the same for every caller."""
    response = HttpResponse(_document(settings.IDP_ISSUER), content_type="application/json")
    response["Cache-Control"] = "public, max-age=300"
    return response


@lru_cache(maxsize=4)
def _document(issuer: str) -> bytes:
    return json.dumps(metadata(issuer), indent=2).encode()


@implements("RFC 8414", "2")
def metadata(issuer: str) -> dict[str, Any]:
    """The members, each from the code that acts on it."""
    proven = [method for method in METHODS if method != "none"]
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/oauth2/authorize",
        "token_endpoint": f"{issuer}/oauth2/token",
        "userinfo_endpoint": f"{issuer}/oauth2/userinfo",
        "jwks_uri": f"{issuer}/oauth2/jwks",
        "introspection_endpoint": f"{issuer}/oauth2/introspect",
        "revocation_endpoint": f"{issuer}/oauth2/revoke",
        "end_session_endpoint": f"{issuer}/oauth2/logout",
        "scopes_supported": list(known_scopes()),
        "response_types_supported": ["code"],
        "response_modes_supported": list(RESPONSE_MODES),
        "grant_types_supported": list(GRANTS),
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": list(ALGORITHMS),
        "token_endpoint_auth_methods_supported": list(METHODS),
        "introspection_endpoint_auth_methods_supported": proven,
        "revocation_endpoint_auth_methods_supported": list(METHODS),
        "code_challenge_methods_supported": ["S256"],
        "acr_values_supported": list(reachable_acrs()),
        "claim_types_supported": ["normal"],
        "claims_supported": list(CLAIMS_SUPPORTED),
        "prompt_values_supported": list(PROMPTS),
        # Absent members would mean `true` for request_uri (OIDC Discovery §3), so all four are spelled out.
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "require_request_uri_registration": False,
        "authorization_response_iss_parameter_supported": True,
    }
