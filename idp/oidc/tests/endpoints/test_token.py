"""The token endpoint as a door: what it lets in, how it refuses, and which grants exist."""

from typing import Annotated

import pytest
from django.test import Client as HttpClient
from pydantic import Field

from idp.oidc.models import AccessToken, Client
from idp.tests.journey import Answer, Browser, Pkce, basic
from idp.tests.parties import (
    BACKEND,
    DEMO_API,
    DISABLED,
    FORM,
    NATIVE,
    POST_WEB,
    RESOURCE_SERVER,
    SECOND_WEB,
    SECRETS,
    SPA,
    WEB,
    Party,
    introspect,
    json_of,
    obtain_code,
    post_form,
    userinfo,
)

TOKEN = "/oauth2/token"
FORM_ENDPOINTS = [TOKEN, "/oauth2/introspect", "/oauth2/revoke"]


def ask(party: Party, **form: str) -> Answer:
    return party.post(TOKEN, {"grant_type": "client_credentials", **form})


def assert_refused(answer: Answer, status: int, error: str) -> str:
    """The RFC's body, never cached, with words a developer can act on."""
    body = json_of(answer)
    assert (answer.status_code, body["error"]) == (status, error), body
    assert set(body) == {"error", "error_description"}
    assert len(body["error_description"]) > 10
    assert answer["Content-Type"] == "application/json"
    assert (answer["Cache-Control"], answer["Pragma"]) == ("no-store", "no-cache")
    for leaked in ("Traceback", "SELECT", "idp.", "line "):
        assert leaked not in answer.content.decode()
    return str(body["error_description"])


# --- Grants -------------------------------------------------------------------------------------------------------------
@pytest.mark.spec("RFC 9700", "2.4")
@pytest.mark.parametrize(
    "grant",
    [
        "password", "implicit", "urn:ietf:params:oauth:grant-type:device_code", "AUTHORIZATION_CODE",
        "urn:ietf:params:oauth:grant-type:jwt-bearer", "urn:ietf:params:oauth:grant-type:token-exchange",
        "urn:openid:params:grant-type:ciba", "none", "x" * 4000,
    ],
)  # fmt: skip
@pytest.mark.parametrize("party", [SPA, WEB, BACKEND])
def test_grants_that_do_not_exist_are_refused(clients: None, party: Party, grant: str) -> None:
    answer = party.post(TOKEN, {"grant_type": grant, "username": "ada@example.com", "password": "x", "refresh_token": "y"})
    assert_refused(answer, 400, "unsupported_grant_type")


@pytest.mark.spec("RFC 6749", "5.2")
def test_a_missing_grant_type_is_named(clients: None) -> None:
    assert "grant_type" in assert_refused(SPA.post(TOKEN, {}), 400, "invalid_request")
    assert_refused(SPA.post(TOKEN, {"grant_type": ""}), 400, "invalid_request")


@pytest.mark.spec("RFC 6749", "5.2")
def test_a_client_uses_the_grants_it_registered(clients: None, browser: Browser) -> None:
    for party in (SPA, WEB, NATIVE):
        assert_refused(ask(party), 400, "unauthorized_client")
    assert_refused(DEMO_API.exchange("fst_ac_x", Pkce()), 400, "unauthorized_client")


@pytest.mark.spec("RFC 6749", "4.4.2")
def test_a_confidential_client_gets_a_token_of_its_own(clients: None) -> None:
    body = json_of(ask(RESOURCE_SERVER, scope="orders"))
    assert set(body) == {"access_token", "token_type", "expires_in", "scope"}
    seen = introspect(RESOURCE_SERVER, body["access_token"])
    assert (seen["sub"], seen["client_id"], seen["scope"], seen["aud"]) == (
        "resource-server", "resource-server", "orders", ["https://api.example"],
    )  # fmt: skip
    assert not {"sid", "auth_time", "acr", "amr", "username", "email"} & set(seen)


@pytest.mark.spec("RFC 6749", "4.4.2")
@pytest.mark.parametrize("scope", ["admin", "openid", "orders openid", "orders wallet", "offline_access", "profile", "x"])
def test_a_clients_own_token_is_limited_to_its_list_and_speaks_of_nobody(clients: None, scope: str) -> None:
    assert_refused(ask(RESOURCE_SERVER, scope=scope), 400, "invalid_scope")


def test_no_scope_asked_is_no_scope_granted(clients: None) -> None:
    body = json_of(ask(BACKEND))
    assert "scope" not in body
    assert introspect(BACKEND, body["access_token"])["scope"] == ""


@pytest.mark.spec("RFC 8707", "2.2")
def test_a_clients_own_token_is_for_its_own_resource(clients: None) -> None:
    assert ask(RESOURCE_SERVER, resource="https://api.example").status_code == 200
    assert_refused(ask(RESOURCE_SERVER, resource="https://api.other.example"), 400, "invalid_target")


def test_a_public_client_never_gets_a_token_of_its_own_even_if_the_table_says_so(clients: None) -> None:
    Client.objects.filter(client_id="demo-spa").update(grant_types=["client_credentials"])
    assert_refused(ask(SPA), 400, "unauthorized_client")


@pytest.mark.spec("OIDC Core", "5.3.1")
def test_a_clients_own_token_opens_no_userinfo(clients: None) -> None:
    assert userinfo(json_of(ask(RESOURCE_SERVER, scope="orders"))["access_token"]).status_code == 401


# --- The form (RFC 6749 §3.2) -------------------------------------------------------------------------------------------
@pytest.mark.spec("RFC 6749", "3.2")
@pytest.mark.parametrize("path", FORM_ENDPOINTS)
@pytest.mark.parametrize("method", ["get", "put", "delete", "patch", "options"])
def test_only_post_is_taken(clients: None, path: str, method: str) -> None:
    answer = getattr(HttpClient(), method)(path, headers=WEB.headers)
    assert_refused(answer, 405, "invalid_request")
    assert answer["Allow"] == "POST"


@pytest.mark.spec("RFC 6749", "3.2")
@pytest.mark.parametrize("path", FORM_ENDPOINTS)
@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", "text/plain", "", "application/xml"])
def test_only_a_urlencoded_form_is_read(clients: None, path: str, kind: str) -> None:
    answer = HttpClient().post(path, b'{"token": "x"}', content_type=kind, headers=WEB.headers)
    assert_refused(answer, 400, "invalid_request")
    assert "application/x-www-form-urlencoded" in json_of(answer)["error_description"]


@pytest.mark.spec("RFC 6749", "2.3.1")
@pytest.mark.parametrize("path", FORM_ENDPOINTS)
@pytest.mark.parametrize("query", ["client_id=third-web", "client_secret=x", "token=x", "grant_type=client_credentials", "x=1"])
def test_nothing_may_stand_in_the_url(clients: None, path: str, query: str) -> None:
    assert_refused(WEB.post(f"{path}?{query}", {"token": "x"}), 400, "invalid_request")


@pytest.mark.spec("RFC 6749", "3.2")
@pytest.mark.parametrize("path", FORM_ENDPOINTS)
@pytest.mark.parametrize("name", ["grant_type", "token", "client_id", "client_secret", "scope", "unknown"])
def test_no_parameter_may_be_sent_twice(clients: None, path: str, name: str) -> None:
    assert_refused(WEB.post(path, {name: ["a", "a"]}), 400, "invalid_request")


@pytest.mark.spec("RFC 6749", "3.2")
def test_unknown_parameters_are_ignored(clients: None) -> None:
    assert ask(BACKEND, scope="orders", unknown="x", audience="y").status_code == 200


@pytest.mark.parametrize("charset", ["utf-16", "bogus", "latin-1"])
def test_another_charset_is_refused_or_read_as_utf8(clients: None, charset: str) -> None:
    body, kind = b"grant_type=client_credentials", f"{FORM}; charset={charset}"
    answer = HttpClient().generic("POST", TOKEN, body, content_type=kind, headers=BACKEND.headers)
    assert answer.status_code in {200, 400}
    assert answer["Content-Type"] == "application/json"


def test_a_body_beyond_what_we_read_is_refused_as_json(clients: None) -> None:
    answer = HttpClient().post(TOKEN, b"code=" + b"x" * 300_000, content_type=FORM, headers=BACKEND.headers)
    assert_refused(answer, 413, "invalid_request")
    many = "&".join(f"p{number}=1" for number in range(300))
    assert_refused(HttpClient().post(TOKEN, many, content_type=FORM, headers=BACKEND.headers), 413, "invalid_request")


ODD = {
    "nul": "a\0b",
    "last of the plane": "\ud7ff",
    "emoji": "😀" * 100,
    "percent": "%00",
    "sql": "'; DROP TABLE oidc_client; --",
}


@pytest.mark.parametrize("value", ODD.values(), ids=ODD)
@pytest.mark.parametrize("name", ["code", "client_id", "client_secret", "scope", "redirect_uri", "code_verifier", "resource"])
def test_odd_text_is_refused_and_never_a_fault(clients: None, name: str, value: str) -> None:
    for grant in ("authorization_code", "client_credentials"):
        form = {"grant_type": grant, "client_id": "post-web", "client_secret": SECRETS["post-web"], name: value}
        assert post_form(TOKEN, form).status_code in {400, 401}


@pytest.mark.parametrize("value", ODD.values(), ids=ODD)
def test_an_odd_token_is_merely_unknown(clients: None, value: str) -> None:
    assert introspect(DEMO_API, value) == {"active": False}
    assert SPA.post("/oauth2/revoke", {"token": value}).status_code == 200
    assert post_form(TOKEN, {"x": "y"}, **basic(f"%00{value!a}", "x")).status_code == 401


# --- Who is calling, at this door ---------------------------------------------------------------------------------------
def test_a_disabled_client_is_nobody(clients: None) -> None:
    right, unknown = DISABLED.exchange("x", Pkce()), post_form(TOKEN, {"x": "y"}, **basic("nobody", "x" * 40))
    assert_refused(right, 401, "invalid_client")
    assert right.content == unknown.content


@pytest.mark.spec("RFC 6749", "2.3.1")
def test_both_secret_methods_serve_the_client_registered_for_them(browser: Browser) -> None:
    for party in (SECOND_WEB, POST_WEB):
        pkce = Pkce()
        assert party.exchange(obtain_code(browser, party, pkce), pkce).status_code == 200


def test_a_failed_exchange_leaves_no_token(clients: None) -> None:
    post_form(TOKEN, {"grant_type": "client_credentials", "client_id": "second-web", "client_secret": SECRETS["post-web"]})
    assert not AccessToken.objects.exists()


def test_a_value_that_does_not_fit_names_its_parameter() -> None:
    from idp.core.errors import OAuthError
    from idp.core.types import Schema
    from idp.oidc.endpoints.form import picked

    class OneLetter(Schema):
        letter: Annotated[str, Field(max_length=1)] = ""

    assert picked({"letter": "a", "unknown": "x"}, OneLetter) == OneLetter(letter="a")
    with pytest.raises(OAuthError, match="invalid_request") as refused:
        picked({"letter": "abc"}, OneLetter)
    assert refused.value.description == "A parameter is not valid: letter."
