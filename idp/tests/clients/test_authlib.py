"""Authlib signs a person in, refreshes, asks, revokes and signs out, once for each way a client proves itself."""

from collections.abc import Iterator
from typing import Any

import pytest
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from idp.tests.browser.live import SHOPPER
from idp.tests.clients.registered import AFTER_LOGOUT, REDIRECT_URI, SCOPE, Registered
from idp.tests.live_provider import Provider, sign_in

pytestmark = pytest.mark.unmeasured

METHODS = {
    "independent-basic": "client_secret_basic",
    "independent-post": "client_secret_post",
    "independent-ec": "private_key_jwt",
    "independent-rsa": "private_key_jwt",
    "independent-spa": "none",
}


@pytest.fixture(params=METHODS)
def client(request: pytest.FixtureRequest, provider: Provider, registered: Registered) -> Iterator[OAuth2Session]:
    """Authlib's client as its documentation sets it up, with what discovery says."""
    name = str(request.param)
    keys = {
        "independent-ec": ("ES256", ECKey.import_key(registered.ec_key)),
        "independent-rsa": ("PS256", RSAKey.import_key(registered.rsa_key)),
    }
    secret = keys[name][1] if name in keys else registered.secret if METHODS[name] != "none" else None
    made = OAuth2Session(
        client_id=name, client_secret=secret, token_endpoint_auth_method=METHODS[name],
        revocation_endpoint_auth_method=METHODS[name], redirect_uri=REDIRECT_URI, scope=SCOPE, code_challenge_method="S256",
    )  # fmt: skip
    made.trust_env = False
    found = made.get(f"{provider.issuer}/.well-known/openid-configuration", withhold_token=True).json()
    made.metadata.update(found)
    if name in keys:
        assert keys[name][0] in found["token_endpoint_auth_signing_alg_values_supported"]
        # What Authlib calls the token endpoint is the audience; one of the clients is registered for the issuer alone.
        audience = provider.issuer if name == "independent-rsa" else found["token_endpoint"]
        made.register_client_auth_method(PrivateKeyJWT(audience, alg=keys[name][0]))
    with made:
        yield made


def signed_in(client: OAuth2Session, provider: Provider) -> dict[str, Any]:
    """The tokens of a person who went through the pages; the answer checked as OpenID Connect asks."""
    verifier = "v" * 43
    url, state = client.create_authorization_url(
        client.metadata["authorization_endpoint"], nonce="n-0S6", code_verifier=verifier, max_age=600
    )
    with provider.browser() as browser:
        location = sign_in(browser, url)
    tokens: dict[str, Any] = client.fetch_token(
        client.metadata["token_endpoint"], authorization_response=location, state=state, code_verifier=verifier
    )
    require_id_token(client, tokens)
    return tokens


def require_id_token(client: OAuth2Session, tokens: dict[str, Any]) -> None:
    """Signature by the published keys, and Authlib's own judgement of the claims."""
    keys = KeySet.import_key_set(client.get(client.metadata["jwks_uri"], withhold_token=True).json())
    algorithms = client.metadata["id_token_signing_alg_values_supported"]
    decoded = jwt.decode(tokens["id_token"], keys, algorithms=algorithms)
    expected = {"nonce": "n-0S6", "client_id": client.client_id, "access_token": tokens["access_token"], "max_age": 600}
    options = {"iss": {"values": [client.metadata["issuer"]]}, "aud": {"values": [client.client_id]}}
    CodeIDToken(decoded.claims, decoded.header, options=options, params=expected).validate()


@pytest.mark.spec("OIDC Core", "3.1")
@pytest.mark.spec("OIDC Core", "9")
def test_a_person_signs_in_and_out(client: OAuth2Session, provider: Provider) -> None:
    tokens = signed_in(client, provider)
    said = client.get(client.metadata["userinfo_endpoint"]).json()
    assert said["email"] == SHOPPER.email

    # A public client gets a new refresh token; one that proves itself keeps its own.
    refreshed = client.refresh_token(client.metadata["token_endpoint"], refresh_token=tokens["refresh_token"])
    assert refreshed["access_token"] != tokens["access_token"]
    current = refreshed.get("refresh_token", tokens["refresh_token"])
    assert (current == tokens["refresh_token"]) == (METHODS[client.client_id] != "none")

    # Its own token is live for a client that can prove itself, and for nobody else.
    asked = client.introspect_token(client.metadata["introspection_endpoint"], token=refreshed["access_token"])
    if METHODS[client.client_id] == "none":
        assert (asked.status_code, asked.json()["error"]) == (401, "invalid_client")
    else:
        assert (asked.json()["active"], asked.json()["sub"]) == (True, said["sub"])

    assert client.revoke_token(client.metadata["revocation_endpoint"], token=current).status_code == 200
    assert client.get(client.metadata["userinfo_endpoint"]).status_code == 401


@pytest.mark.spec("OIDC RP-Initiated Logout", "2")
def test_sign_out_comes_back_to_the_client(client: OAuth2Session, provider: Provider) -> None:
    verifier = "w" * 43
    url, state = client.create_authorization_url(
        client.metadata["authorization_endpoint"], nonce="n-0S6", code_verifier=verifier, max_age=600
    )
    with provider.browser() as browser:
        location = sign_in(browser, url)
        tokens = client.fetch_token(
            client.metadata["token_endpoint"], authorization_response=location, state=state, code_verifier=verifier
        )
        asked = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": AFTER_LOGOUT, "state": "bye"}
        answer = browser.get(client.metadata["end_session_endpoint"], params=asked)
        while answer.status_code == 303 and answer.headers["Location"].startswith("/"):
            answer = browser.get(answer.headers["Location"])
    assert answer.headers["Location"] == f"{AFTER_LOGOUT}?state=bye"
    assert client.get(client.metadata["userinfo_endpoint"]).status_code == 401
