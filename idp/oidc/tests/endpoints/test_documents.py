"""Discovery and the key set: the same for everybody, and nothing in them that does not work."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client as HttpClient
from joserfc import jwt
from joserfc.jwk import KeySet

from idp.oidc.jose.keys import ensure_active_keys, published_jwks
from idp.oidc.models import SigningKey
from idp.oidc.tests.fixtures import ALL_PERSONAL
from idp.tests.journey import Browser, Pkce
from idp.tests.parties import (
    EDDSA_APP,
    PS256_APP,
    RESOURCE_SERVER,
    SPA,
    WEB,
    get_json,
    introspect,
    json_of,
    obtain_tokens,
    userinfo,
)

ISSUER = "http://localhost:8000"
DOCUMENTS = ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", "/oauth2/jwks"]
PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}


def metadata() -> dict[str, Any]:
    return json_of(get_json(DOCUMENTS[0]))


@pytest.mark.spec("RFC 8414", "3.2")
@pytest.mark.parametrize("path", DOCUMENTS)
@pytest.mark.spec("OIDC Discovery", "4")
def test_a_document_is_byte_for_byte_the_same_whoever_asks(clients: None, path: str) -> None:
    plain = get_json(path).content
    for headers in (
        {"host": "evil.example"}, {"host": "localhost:1"}, {"x-forwarded-host": "evil.example"}, {"x-forwarded-proto": "https"},
        {"forwarded": "host=evil.example;proto=https"}, {"x-forwarded-port": "1"}, {"origin": "https://evil.example"},
        {"host": "a b"}, {"accept": "text/html"},
    ):  # fmt: skip
        answer = HttpClient(headers=headers).get(path)
        assert (answer.status_code, answer.content) == (200, plain), headers
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert not answer.cookies
    assert "Access-Control-Allow-Credentials" not in answer


def test_any_other_address_refuses_a_foreign_host(clients: None) -> None:
    for path in ("/oauth2/token", SPA.authorize_url(Pkce()), "/oauth2/userinfo"):
        assert HttpClient(headers={"host": "evil.example"}).get(path).status_code == 400


@pytest.mark.parametrize("path", DOCUMENTS)
@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_documents_are_read_only(clients: None, path: str, method: str) -> None:
    assert getattr(HttpClient(), method)(path).status_code == 405


@pytest.mark.spec("RFC 9110", "9.3.2")
@pytest.mark.parametrize("path", [*DOCUMENTS, "/healthz", "/readyz"])
def test_a_document_may_be_asked_for_by_its_head_alone(clients: None, path: str) -> None:
    head, whole = HttpClient().head(path), get_json(path)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("Content-Type", "Content-Length", "Cache-Control"):
        assert head.get(name) == whole.get(name), name


@pytest.mark.spec("OIDC Discovery", "3")
def test_the_metadata_is_complete_and_of_this_issuer(clients: None) -> None:
    document = metadata()
    assert document["issuer"] == ISSUER
    assert get_json(DOCUMENTS[1]).content == get_json(DOCUMENTS[0]).content
    for name, value in document.items():
        assert value not in (None, "", []), name
        if name.endswith(("_endpoint", "_uri")):
            assert value.startswith(ISSUER + "/"), name
    for signed in ("id_token", "userinfo"):
        assert document[f"{signed}_signing_alg_values_supported"] == ["RS256", "PS256", "ES256", "EdDSA"]
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert document["authorization_response_iss_parameter_supported"] is True
    assert document["request_uri_parameter_supported"] is False


@pytest.mark.spec("OIDC Discovery", "4.2")
def test_every_advertised_endpoint_answers(clients: None) -> None:
    endpoints = {name: urlsplit(value).path for name, value in metadata().items() if name.endswith(("_endpoint", "_uri"))}
    assert len(endpoints) == 7
    for name, path in endpoints.items():
        assert HttpClient().get(path, follow=False).status_code in {200, 303, 400, 401, 405}, name


def test_every_advertised_grant_is_served_and_no_other(clients: None) -> None:
    for grant in ("authorization_code", "client_credentials", "refresh_token", "password", "implicit"):
        error = json_of(WEB.post("/oauth2/token", {"grant_type": grant})).get("error")
        assert (error != "unsupported_grant_type") == (grant in metadata()["grant_types_supported"]), grant


def test_every_advertised_scope_can_be_asked_for(clients: None) -> None:
    from idp.oidc.models import Client

    scopes = metadata()["scopes_supported"]
    # Of our own: nobody else may be given `admin`.
    Client.objects.filter(client_id="third-web").update(allowed_scope=" ".join(scopes), first_party=True)
    answer = HttpClient().get(WEB.authorize_url(Pkce(), scope=" ".join(scopes)))
    assert answer["Location"].startswith("/interaction/")


@pytest.mark.spec("OIDC Discovery", "3")
def test_every_advertised_claim_can_be_released(browser: Browser) -> None:
    from idp.oidc.jose.signing import verified_hint

    tokens = obtain_tokens(browser, WEB, scope=ALL_PERSONAL)
    released = {
        *json_of(userinfo(tokens["access_token"])),
        *introspect(RESOURCE_SERVER, tokens["access_token"]),
        *verified_hint(tokens["id_token"]),
    }
    assert set(metadata()["claims_supported"]) <= released


@pytest.mark.parametrize("value", ["none", "login", "consent", "select_account", "create"])
def test_every_advertised_prompt_is_acted_upon(clients: None, value: str) -> None:
    assert value in metadata()["prompt_values_supported"]
    assert HttpClient().get(SPA.authorize_url(Pkce(), prompt=value))["Location"].startswith("/interaction/")


# --- Keys ---------------------------------------------------------------------------------------------------------------
@pytest.mark.spec("RFC 7517", "5")
def test_the_key_set_holds_public_halves_only_each_under_its_own_id(clients: None) -> None:
    answer = get_json("/oauth2/jwks")
    assert answer["Content-Type"] == "application/jwk-set+json"
    keys = json_of(answer)["keys"]
    assert {key["alg"]: key["kty"] for key in keys} == {"RS256": "RSA", "PS256": "RSA", "ES256": "EC", "EdDSA": "OKP"}
    assert len({key["kid"] for key in keys}) == len(keys) == 4
    assert len({key.get("n") for key in keys if key["kty"] == "RSA"}) == 2
    for key in keys:
        assert not PRIVATE & set(key)
        assert key["use"] == "sig"


@pytest.mark.spec("RFC 7638", "3")
def test_a_key_is_named_by_its_thumbprint_and_made_once(clients: None) -> None:
    for key in KeySet.import_key_set(published_jwks()).keys:  # type: ignore[arg-type]  # the same shape
        assert key.kid == key.thumbprint()
    assert ensure_active_keys() == []
    assert SigningKey.objects.count() == 4
    assert str(SigningKey.objects.filter(algorithm="ES256").get()).startswith("ES256 ")


def test_the_private_half_lies_sealed(clients: None) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT private_pem FROM oidc_signingkey")
        stored = [row[0] for row in cursor.fetchall()]
    assert len(stored) == 4
    assert all("PRIVATE" not in value and value.startswith("v1.") for value in stored)


@pytest.mark.parametrize("state", ["next", "retiring"])
def test_keys_before_and_after_their_time_are_published_and_gone_ones_are_not(clients: None, state: str) -> None:
    SigningKey.objects.filter(algorithm="ES256").update(state=state)
    assert len(published_jwks()["keys"]) == 4
    SigningKey.objects.filter(algorithm="ES256").update(state="gone")
    assert len(published_jwks()["keys"]) == 3


def test_without_a_signing_key_the_exchange_says_so(browser: Browser) -> None:
    from idp.tests.parties import obtain_code

    SigningKey.objects.filter(algorithm="ES256").update(state="retiring")
    pkce = Pkce()
    answer = SPA.exchange(obtain_code(browser, SPA, pkce), pkce)
    assert (answer.status_code, json_of(answer)["error"]) == (503, "temporarily_unavailable")


def test_two_processes_that_start_at_once_make_one_key(clients: None) -> None:
    from idp.oidc.jose import keys

    # The other process committed its key between our look and our INSERT.
    assert not keys.stored(keys.new_key("ES256", SigningKey.State.ACTIVE))
    assert SigningKey.objects.filter(algorithm="ES256").count() == 1


def test_the_command_makes_keys_once(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    from django.core.management import call_command

    call_command("ensure_keys")
    call_command("ensure_keys")
    assert capsys.readouterr().out.split("\n")[:2] == ["signing keys created: 4", "signing keys present"]


def test_what_is_published_verifies_what_is_signed(browser: Browser) -> None:
    keys = KeySet.import_key_set(json_of(get_json("/oauth2/jwks")))  # type: ignore[arg-type]  # the same shape
    for party, algorithm in ((SPA, "ES256"), (WEB, "RS256"), (PS256_APP, "PS256"), (EDDSA_APP, "EdDSA")):
        decoded = jwt.decode(obtain_tokens(browser, party)["id_token"], keys, algorithms=[algorithm])
        assert decoded.header["alg"] == algorithm
