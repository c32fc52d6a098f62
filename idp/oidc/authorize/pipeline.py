"""The order of the checks, as data. Reading these tuples from top to bottom is reading the specification's order.

RESOLVE gathers the parameters. TRUST proves client and redirect URI; its errors are shown and never redirected (RFC 6749
§4.1.2.1). ANSWER settles how the client is answered. Its errors, and those of REQUEST, go back to the client.
"""

from collections.abc import Callable

from idp.oidc.authorize.checks.acr import acr
from idp.oidc.authorize.checks.claims import claims
from idp.oidc.authorize.checks.client_may_use_code import client_may_use_code
from idp.oidc.authorize.checks.id_token_hint import id_token_hint
from idp.oidc.authorize.checks.known_client import known_client
from idp.oidc.authorize.checks.max_age import max_age
from idp.oidc.authorize.checks.nonce import nonce
from idp.oidc.authorize.checks.offline_access import offline_access
from idp.oidc.authorize.checks.pkce import pkce
from idp.oidc.authorize.checks.prompt import prompt
from idp.oidc.authorize.checks.registered_redirect_uri import registered_redirect_uri
from idp.oidc.authorize.checks.request_object import request_object
from idp.oidc.authorize.checks.resource import resource
from idp.oidc.authorize.checks.response_mode import response_mode
from idp.oidc.authorize.checks.response_type import response_type
from idp.oidc.authorize.checks.scope import scope
from idp.oidc.authorize.checks.single_valued_parameters import single_valued_parameters
from idp.oidc.authorize.checks.ui_locales import ui_locales
from idp.oidc.authorize.request import AuthorizationRequest, Context

Check = Callable[[AuthorizationRequest, Context], AuthorizationRequest]

TRUST: tuple[Check, ...] = (
    single_valued_parameters,
    known_client,
    registered_redirect_uri,
)

ANSWER: tuple[Check, ...] = (response_mode,)

REQUEST: tuple[Check, ...] = (
    request_object,
    response_type,
    client_may_use_code,
    pkce,
    scope,
    offline_access,
    nonce,
    prompt,
    max_age,
    id_token_hint,
    claims,
    acr,
    resource,
    ui_locales,
)


def run(checks: tuple[Check, ...], request: AuthorizationRequest, context: Context) -> AuthorizationRequest:
    """Each check in turn, each on what the one before returned. Raises what they raise."""
    for check in checks:
        request = check(request, context)
    return request
