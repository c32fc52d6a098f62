"""Every check of the authorization pipeline matters: each has a request that it alone refuses or reduces.

Each case is proven both ways, with the check and with a no-op in its place, so a check that stops working fails here.
"""

from typing import Any

import pytest

from idp.core.errors import DisplayedError, RedirectedError
from idp.oidc.authorize import pipeline
from idp.oidc.authorize.pipeline import ANSWER, REQUEST, TRUST, Check
from idp.oidc.authorize.request import AuthorizationRequest, Context
from idp.oidc.provider.clients import find_client
from idp.oidc.provider.scopes import known_scopes, permitted_scopes
from idp.tests.journey import Pkce
from idp.tests.parties import SPA

ALL = TRUST + ANSWER + REQUEST
SHOWN, SENT_BACK = DisplayedError, RedirectedError

PHR = '{"id_token": {"acr": {"essential": true, "values": ["phrh"]}}}'

# By check: what is changed in a good request, and what the check answers.
CASES: dict[str, tuple[dict[str, Any], type[Exception], str]] = {
    "single_valued_parameters": ({"state": ("a", "b")}, SHOWN, "invalid_request"),
    "known_client": ({"client_id": ("disabled-web",), "redirect_uri": ("https://disabled.example/cb",)}, SHOWN, "unknown_client"),
    "registered_redirect_uri": ({"redirect_uri": ("https://evil.example/cb",)}, SHOWN, "invalid_redirect_uri"),
    "response_mode": ({"response_mode": ("fragment",)}, SENT_BACK, "invalid_request"),
    "request_object": ({"request_uri": ("https://evil.example/r",)}, SENT_BACK, "request_uri_not_supported"),
    "response_type": ({"response_type": ("token",)}, SENT_BACK, "unsupported_response_type"),
    "client_may_use_code": ({"client_id": ("demo-api",), "scope": ("orders",)}, SENT_BACK, "unauthorized_client"),
    "pkce": ({"code_challenge_method": ("plain",)}, SENT_BACK, "invalid_request"),
    "scope": ({"scope": ("openid admin",)}, SENT_BACK, "invalid_scope"),
    "nonce": ({"nonce": ("n" * 1025,)}, SENT_BACK, "invalid_request"),
    "prompt": ({"prompt": ("none login",)}, SENT_BACK, "invalid_request"),
    "max_age": ({"max_age": ("-1",)}, SENT_BACK, "invalid_request"),
    "id_token_hint": ({"id_token_hint": ("forged",)}, SENT_BACK, "invalid_request"),
    "claims": ({"claims": ("{",)}, SENT_BACK, "invalid_request"),
    "acr": ({"claims": (PHR,)}, SENT_BACK, "unmet_authentication_requirements"),
    "resource": ({"resource": ("https://elsewhere.example",)}, SENT_BACK, "invalid_target"),
}
# Checks that change a request instead of refusing it.
REDUCES = {"offline_access", "ui_locales"}


def good(**changes: tuple[str, ...]) -> AuthorizationRequest:
    """A request that every check passes, with some parameters changed."""
    from django.http import QueryDict

    query = QueryDict(SPA.authorize_url(Pkce()).partition("?")[2])
    return AuthorizationRequest(parameters={**{name: tuple(query.getlist(name)) for name in query}, **changes})


def context_for(request: AuthorizationRequest) -> Context:
    client = find_client(request.value("client_id"))
    return Context(
        client=client,
        known_scopes=frozenset(known_scopes()),
        permitted_scopes=permitted_scopes(client) if client else frozenset(),
    )


def without(check: Check) -> tuple[Check, ...]:
    """The whole pipeline with a no-op in the place of one check."""
    return tuple((lambda request, _context: request) if each is check else each for each in ALL)


def prepared(name: str) -> AuthorizationRequest:
    """The case's request; the client without the code grant needs an address, which the registry would not give it."""
    from idp.oidc.models import Client

    Client.objects.filter(client_id="demo-api").update(redirect_uris=SPA.redirect_uri)
    return good(**CASES[name][0])


def test_every_check_has_its_case() -> None:
    assert set(CASES) | REDUCES == {check.__name__ for check in ALL}


def test_a_good_request_passes_all_of_them(clients: None) -> None:
    request = good()
    passed = pipeline.run(ALL, request, context_for(request))
    assert (passed.client_id, passed.redirect_uri, passed.scopes) == ("demo-spa", SPA.redirect_uri, ("openid", "email", "orders"))
    assert passed.code_challenge
    assert passed.state == "af0ifjsldkj"


@pytest.mark.parametrize("check", [check for check in ALL if check.__name__ in CASES], ids=lambda check: check.__name__)
def test_a_check_refuses_what_would_pass_without_it(clients: None, check: Check) -> None:
    request = prepared(check.__name__)
    _changes, kind, error = CASES[check.__name__]
    context = context_for(request)
    with pytest.raises(kind) as refused:
        pipeline.run(ALL, request, context)
    assert getattr(refused.value, "error", "") == error
    pipeline.run(without(check), request, context)


def test_offline_access_is_what_the_check_takes_away(clients: None) -> None:
    from idp.oidc.authorize.checks.offline_access import offline_access

    request = good(scope=("openid offline_access",))
    context = context_for(request)
    assert pipeline.run(ALL, request, context).scopes == ("openid",)
    assert pipeline.run(without(offline_access), request, context).scopes == ("openid", "offline_access")


def test_the_language_is_what_the_check_finds(clients: None) -> None:
    from idp.oidc.authorize.checks.ui_locales import ui_locales

    request = good(ui_locales=("se fr-CI",))
    context = context_for(request)
    assert pipeline.run(ALL, request, context).language == "fr"
    assert pipeline.run(without(ui_locales), request, context).language == ""


def test_trust_is_judged_before_anything_that_is_sent_back(clients: None) -> None:
    everything_wrong = {
        name: value for changes, kind, _error in CASES.values() if kind is SENT_BACK for name, value in changes.items()
    }
    for name in ("single_valued_parameters", "known_client", "registered_redirect_uri"):
        changes, _kind, error = CASES[name]
        request = good(**{**everything_wrong, **changes})
        with pytest.raises(DisplayedError) as refused:
            pipeline.run(ALL, request, context_for(request))
        assert refused.value.error == error
