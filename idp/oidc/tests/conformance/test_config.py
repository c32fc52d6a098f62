"""The plan "OpenID Connect Core: Config": the discovery document."""

from typing import Any

import pytest

from idp.oidc.endpoints.discovery import metadata
from idp.oidc.tests.conformance.suite import CALLBACK, Suite
from idp.tests.journey import page_of
from idp.tests.parties import get_json, json_of

PATH = "/.well-known/openid-configuration"
# RFC 8414 §2, OIDC Discovery §3, OIDC RP-Initiated Logout §2.1, RFC 9207 §3, Initiating User Registration §4: members by type.
URLS = {
    "issuer", "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "introspection_endpoint",
    "revocation_endpoint", "end_session_endpoint", "registration_endpoint",
}  # fmt: skip
LISTS = {
    "scopes_supported", "response_types_supported", "response_modes_supported", "grant_types_supported",
    "subject_types_supported", "id_token_signing_alg_values_supported", "userinfo_signing_alg_values_supported",
    "request_object_signing_alg_values_supported",
    "token_endpoint_auth_methods_supported", "token_endpoint_auth_signing_alg_values_supported",
    "introspection_endpoint_auth_methods_supported", "introspection_endpoint_auth_signing_alg_values_supported",
    "revocation_endpoint_auth_methods_supported", "revocation_endpoint_auth_signing_alg_values_supported",
    "code_challenge_methods_supported", "acr_values_supported", "claim_types_supported", "claims_supported",
    "prompt_values_supported", "display_values_supported", "ui_locales_supported", "claims_locales_supported",
}  # fmt: skip
SWITCHES = {
    "claims_parameter_supported", "request_parameter_supported", "request_uri_parameter_supported",
    "require_request_uri_registration", "authorization_response_iss_parameter_supported", "backchannel_logout_supported",
    "backchannel_logout_session_supported", "frontchannel_logout_supported", "frontchannel_logout_session_supported",
}  # fmt: skip


def document() -> dict[str, Any]:
    answer = get_json(PATH)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    return json_of(answer)


@pytest.mark.spec("OIDC Discovery", "3")
def test_discovery_endpoint_verification() -> None:
    found = document()
    assert found["issuer"] == "http://localhost:8000"
    assert "RS256" in found["id_token_signing_alg_values_supported"]
    assert {"openid", "profile", "email", "address", "phone", "offline_access"} <= set(found["scopes_supported"])
    assert found["subject_types_supported"] == ["public"]
    assert found["response_types_supported"] == ["code"]
    assert found["response_modes_supported"] == ["query", "form_post"]
    assert {"authorization_code", "refresh_token"} <= set(found["grant_types_supported"])
    assert found["claims_parameter_supported"] is True
    assert {"sub", "name", "email", "address", "phone_number", "updated_at"} <= set(found["claims_supported"])
    # Unsigned request objects and ID tokens are not offered.
    assert "none" not in found["id_token_signing_alg_values_supported"]
    assert (found["request_parameter_supported"], found["request_uri_parameter_supported"]) == (False, False)


@pytest.mark.spec("RFC 8414", "2")
def test_discovery_is_valid_against_the_schema() -> None:
    for name, value in document().items():
        if name in LISTS:
            assert isinstance(value, list), name
            assert value, name
            assert all(isinstance(item, str) and item for item in value), name
            assert len(set(value)) == len(value), name
        elif name in SWITCHES:
            assert isinstance(value, bool), name
        else:
            assert name in URLS, name
            assert value.startswith("http"), name


@pytest.mark.spec("OIDC Discovery", "3")
def test_discovery_of_an_https_issuer_is_https_throughout() -> None:
    for name, value in metadata("https://op.conf.test").items():
        if name in URLS:
            assert value.startswith("https://op.conf.test"), name


@pytest.mark.spec("OIDC Core", "3.1.2.1")
def test_every_advertised_value_is_accepted() -> None:
    found = document()
    for parameter, listed in (
        ("prompt", "prompt_values_supported"), ("display", "display_values_supported"), ("ui_locales", "ui_locales_supported"),
        ("acr_values", "acr_values_supported"), ("response_mode", "response_modes_supported"),
    ):  # fmt: skip
        for value in found[listed]:
            suite = Suite()
            answer = suite.browser.http.get("/oauth2/authorize", suite.parameters(**{parameter: value}))
            assert answer["Location"].startswith("/interaction/"), (parameter, value)


@pytest.mark.spec("OIDC Core", "3.1.2.1")
@pytest.mark.parametrize("uri", [None, f"{CALLBACK}?x=1", f"{CALLBACK}/", f"{CALLBACK}#f"])
def test_ensure_redirect_uri_in_authorization_request_and_query_added(uri: str | None) -> None:
    suite = Suite()
    page = suite.visit(suite.parameters(redirect_uri=uri))
    assert page_of(page).texts["error-code"] == "invalid_redirect_uri"
    assert "Location" not in page
