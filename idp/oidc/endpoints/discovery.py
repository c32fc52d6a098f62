"""What this provider is and can do: `/.well-known/openid-configuration` and the same for plain OAuth (RFC 8414).

The document depends on the issuer alone, never on the request, and names only what works today.
"""

import json
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from idp.core.boundary import Skin, speaks
from idp.core.hosts import any_host
from idp.core.specs import implements
from idp.login.acr import reachable_acrs
from idp.oidc.client_auth.authenticate import METHODS
from idp.oidc.client_auth.private_key_jwt import ALGORITHMS as ASSERTION_ALGORITHMS
from idp.oidc.cors import cross_origin
from idp.oidc.endpoints.token import GRANTS
from idp.oidc.jose.claims import CLAIMS_SUPPORTED
from idp.oidc.jose.keys import ALGORITHMS
from idp.oidc.provider.scopes import known_scopes
from idp.oidc.vocabulary import DISPLAYS, PROMPTS, RESPONSE_MODES


@any_host
@require_safe
@cross_origin("public")
@speaks(Skin.OAUTH)
@implements("OIDC Discovery", "4")
@implements("RFC 9110", "9.3.2")
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
    return {"issuer": issuer, **_addresses(issuer), **_requests(), **_answers(), **_client_authentication()}


def _addresses(issuer: str) -> dict[str, Any]:
    return {
        "authorization_endpoint": f"{issuer}/oauth2/authorize",
        "token_endpoint": f"{issuer}/oauth2/token",
        "userinfo_endpoint": f"{issuer}/oauth2/userinfo",
        "jwks_uri": f"{issuer}/oauth2/jwks",
        "introspection_endpoint": f"{issuer}/oauth2/introspect",
        "revocation_endpoint": f"{issuer}/oauth2/revoke",
        "end_session_endpoint": f"{issuer}/oauth2/logout",
    }


def _requests() -> dict[str, Any]:
    """What may be asked for, and how."""
    return {
        "scopes_supported": list(known_scopes()),
        "response_types_supported": ["code"],
        "response_modes_supported": list(RESPONSE_MODES),
        "grant_types_supported": list(GRANTS),
        "code_challenge_methods_supported": ["S256"],
        "acr_values_supported": list(reachable_acrs()),
        "claims_parameter_supported": True,
        "prompt_values_supported": list(PROMPTS),
        "display_values_supported": list(DISPLAYS),
        "ui_locales_supported": [language for language, _name in settings.LANGUAGES],
        # Absent members would mean `true` for request_uri (OIDC Discovery §3), so all three are spelled out.
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "require_request_uri_registration": False,
    }


def _answers() -> dict[str, Any]:
    """What is told, how it is signed, and what clients hear without asking."""
    return {
        "subject_types_supported": ["public"],
        "claim_types_supported": ["normal"],
        "claims_supported": list(CLAIMS_SUPPORTED),
        "id_token_signing_alg_values_supported": list(ALGORITHMS),
        "userinfo_signing_alg_values_supported": list(ALGORITHMS),
        "authorization_response_iss_parameter_supported": True,
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
    }


def _client_authentication() -> dict[str, Any]:
    """How a client proves itself, by endpoint; without a proof nobody introspects."""
    by_endpoint = {"token": METHODS, "revocation": METHODS, "introspection": [method for method in METHODS if method != "none"]}
    return {
        **{f"{name}_endpoint_auth_methods_supported": list(methods) for name, methods in by_endpoint.items()},
        **{f"{name}_endpoint_auth_signing_alg_values_supported": list(ASSERTION_ALGORITHMS) for name in by_endpoint},
    }
