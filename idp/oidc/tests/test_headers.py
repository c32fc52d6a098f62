"""What every answer of the protocol carries, refusals included: headers against framing, sniffing, caching and leaking."""

import pytest
from django.test import Client as HttpClient
from django.urls import get_resolver

from idp.oidc import cors
from idp.oidc.models import AccessToken, Client
from idp.tests.journey import Answer, Browser, Pkce
from idp.tests.parties import DEMO_API, FORM, OTHER_SPA, SPA, WEB, json_of, obtain_code, obtain_tokens

UID = "A" * 43
INTERACTION = f"aaaaaaaa-{UID}"
ROUTES = {
    "discovery": "/.well-known/openid-configuration",
    "oauth_metadata": "/.well-known/oauth-authorization-server",
    "jwks": "/oauth2/jwks",
    "token": "/oauth2/token",
    "introspect": "/oauth2/introspect",
    "revoke": "/oauth2/revoke",
    "userinfo": "/oauth2/userinfo",
    "authorize": "/oauth2/authorize",
    "interaction": f"/interaction/{INTERACTION}",
    "consent": f"/interaction/{INTERACTION}/consent",
    "select_account": f"/interaction/{INTERACTION}/account",
    "end_session": "/oauth2/logout",
    "logout_confirm": f"/oauth2/logout/{UID}",
    "signed_out": "/oauth2/signed-out",
}
DOCUMENTS = ("discovery", "oauth_metadata", "jwks")
EVIL = "https://evil.example"
SPA_ORIGIN = "http://localhost:5173"


def assert_hardened(answer: Answer) -> None:
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["X-Request-ID"]


def test_every_route_of_this_app_is_in_the_list() -> None:
    from idp.oidc.urls import urlpatterns

    assert {pattern.name for pattern in urlpatterns} == set(ROUTES)
    assert get_resolver().reverse_dict


@pytest.mark.spec("RFC 9700", "4.16")
@pytest.mark.parametrize("name", ROUTES)
@pytest.mark.parametrize("method", ["get", "post", "put", "options", "head"])
def test_headers_stand_on_every_answer(clients: None, name: str, method: str) -> None:
    answer = getattr(HttpClient(), method)(ROUTES[name])
    assert_hardened(answer)
    readable = name in DOCUMENTS and answer.status_code == 200
    assert answer["Cache-Control"] == ("public, max-age=300" if readable else "no-store")


def test_headers_stand_on_pages_redirects_and_unknown_addresses(browser: Browser) -> None:
    for path in (
        "/oauth2/nothing",
        "/oauth2/",
        "/interaction/",
        SPA.authorize_url(Pkce()),
        SPA.authorize_url(Pkce(), client_id="x"),
    ):
        assert_hardened(browser.http.get(path))
    page = browser.open(WEB.authorize_url(Pkce()))
    assert_hardened(page)
    assert_hardened(browser.submit(page, decision="deny"))


@pytest.mark.parametrize("path", ["/oauth2/nothing", "/.well-known/nothing"])
def test_an_unknown_protocol_address_answers_in_json(clients: None, path: str) -> None:
    answer = HttpClient().get(path)
    assert answer.status_code == 404
    assert json_of(answer)["error"] == "invalid_request"


def test_no_answer_for_programs_sets_a_cookie(browser: Browser) -> None:
    code = obtain_code(browser, SPA, pkce := Pkce())
    for answer in (
        SPA.exchange(code, pkce),
        DEMO_API.post("/oauth2/introspect", {"token": "x"}),
        HttpClient().get("/oauth2/jwks"),
    ):
        assert not answer.cookies


# --- Across origins (Fetch; OAuth 2.0 for Browser-Based Applications) ---------------------------------------------------
def preflight(path: str, origin: str) -> Answer:
    return HttpClient(headers={"origin": origin, "access-control-request-method": "POST"}).options(path)


@pytest.mark.parametrize("path", ["/oauth2/token", "/oauth2/revoke", "/oauth2/userinfo"])
def test_a_preflight_names_no_client_and_so_allows_any_page_to_ask(clients: None, path: str) -> None:
    answer = preflight(path, "http://localhost:5173")
    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (204, "http://localhost:5173")
    assert "Authorization" in answer["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in answer
    assert "Origin" in answer["Vary"]
    assert "Access-Control-Allow-Origin" not in preflight(path, "null")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_may_be_read_by_any_page(clients: None, name: str) -> None:
    assert preflight(ROUTES[name], EVIL)["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    "name", ["authorize", "interaction", "consent", "end_session", "logout_confirm", "signed_out", "introspect"]
)
def test_pages_and_back_channels_may_be_read_by_no_page(clients: None, name: str) -> None:
    for answer in (preflight(ROUTES[name], EVIL), HttpClient(headers={"origin": "http://localhost:5173"}).get(ROUTES[name])):
        assert "Access-Control-Allow-Origin" not in answer


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("http://localhost:5173", True), (EVIL, False), ("null", False), ("", False), ("http://localhost:5174", False),
        ("https://localhost:5173", False), ("http://localhost:5173.evil.example", False), ("https://other-spa.example", False),
        ("HTTP://LOCALHOST:5173", False), ("*", False),
    ],
)  # fmt: skip
def test_only_pages_of_that_very_client_read_its_answers(browser: Browser, origin: str, *, allowed: bool) -> None:
    token = obtain_tokens(browser, SPA)["access_token"]
    answers = [
        SPA.post("/oauth2/token", {"grant_type": "authorization_code", "code": "x"}, origin=origin),
        SPA.post("/oauth2/revoke", {"token": "x"}, origin=origin),
        HttpClient(headers={"origin": origin, "authorization": f"Bearer {token}"}).get("/oauth2/userinfo"),
    ]
    for answer in answers:
        assert answer.get("Access-Control-Allow-Origin") == (origin if allowed else None)
        assert "Origin" in answer["Vary"]
        assert "Access-Control-Allow-Credentials" not in answer
    assert answers[0].get("Access-Control-Expose-Headers") == ("WWW-Authenticate" if allowed else None)


@pytest.mark.parametrize("path", ["/oauth2/token", "/oauth2/revoke"])
@pytest.mark.parametrize(
    ("origin", "allowed"), [(SPA_ORIGIN, True), (EVIL, False), ("null", False), ("https://disabled.example", False)]
)
def test_a_page_of_a_client_reads_what_is_wrong_with_the_shape_of_its_request(
    clients: None, path: str, origin: str, *, allowed: bool
) -> None:
    http = HttpClient(headers={"origin": origin})
    answers = [
        http.get(path), http.put(path), http.post(path, "{}", content_type="application/json"),
        http.post(f"{path}?x=y", "", content_type=FORM), http.post(path, "a=1&a=2", content_type=FORM),
    ]  # fmt: skip
    assert [answer.status_code for answer in answers] == [405, 405, 400, 400, 400]
    for answer in answers:
        assert answer.get("Access-Control-Allow-Origin") == (origin if allowed else None)
        assert "Origin" in answer["Vary"]
        assert "Access-Control-Allow-Credentials" not in answer


def test_a_registration_may_add_origins(clients: None) -> None:
    answer = OTHER_SPA.post("/oauth2/revoke", {"token": "x"}, origin="https://embedded.example")
    assert answer["Access-Control-Allow-Origin"] == "https://embedded.example"


def test_an_unknown_client_has_no_origins(clients: None) -> None:
    http = HttpClient(headers={"origin": "http://localhost:5173"})
    assert "Access-Control-Allow-Origin" not in http.post("/oauth2/token", "client_id=nobody", content_type=FORM)
    assert "Access-Control-Allow-Origin" not in http.get("/oauth2/userinfo", headers={"authorization": "Bearer x"})


def readable(answer: Answer) -> bool:
    """Whether the demo SPA's own page may read this answer, challenge included; a foreign page never may."""
    allowed = answer.get("Access-Control-Allow-Origin")
    assert allowed in {None, SPA_ORIGIN}
    assert answer.get("Access-Control-Expose-Headers") == ("WWW-Authenticate" if allowed else None)
    return allowed is not None


@pytest.mark.spec("RFC 6750", "3.1")
def test_a_page_reads_why_its_token_is_refused(browser: Browser) -> None:
    token = obtain_tokens(browser, SPA)["access_token"]
    other = obtain_tokens(browser, OTHER_SPA)["access_token"]
    bearer = {"origin": SPA_ORIGIN, "authorization": f"Bearer {token}"}
    in_body = HttpClient(headers={"origin": SPA_ORIGIN})
    AccessToken.objects.all().delete()

    # Dead, sent twice, or by another method: the client is named inside the token.
    assert readable(HttpClient(headers=bearer).get("/oauth2/userinfo"))
    assert readable(in_body.post("/oauth2/userinfo", f"access_token={token}", content_type=FORM))
    assert readable(HttpClient(headers=bearer).post("/oauth2/userinfo", f"access_token={token}", content_type=FORM))
    assert readable(HttpClient(headers=bearer).delete("/oauth2/userinfo"))

    # Another client's, made up, or of a client that is switched off.
    for value in (other, token[:-1] + ("A" if token[-1] != "A" else "B"), "x"):
        answer = HttpClient(headers={**bearer, "authorization": f"Bearer {value}"}).get("/oauth2/userinfo")
        assert (answer.status_code, readable(answer)) == (401, False)
    Client.objects.filter(client_id="demo-spa").update(enabled=False)
    assert not readable(HttpClient(headers=bearer).get("/oauth2/userinfo"))


@pytest.mark.spec("RFC 6750", "3.1")
def test_a_page_reads_that_a_token_is_needed(clients: None) -> None:
    def asked(origin: str, **form: str) -> Answer:
        page = HttpClient(headers={"origin": origin})
        return page.post("/oauth2/userinfo", form) if form else page.get("/oauth2/userinfo")

    for answer in (asked(SPA_ORIGIN), asked(SPA_ORIGIN, access_token="")):
        assert (answer.status_code, readable(answer)) == (401, True)
        assert "Access-Control-Allow-Credentials" not in answer
    for origin in (EVIL, "null", f"{SPA_ORIGIN}.evil.example", ""):
        assert not readable(asked(origin))
    # An origin counts for as long as a client has it.
    Client.objects.update(enabled=False)
    assert not readable(asked(SPA_ORIGIN))


@pytest.mark.parametrize(
    ("uri", "origin"),
    [
        ("https://App.Example/cb", "https://app.example"),
        ("HTTPS://app.example:443/cb", "https://app.example"),
        ("https://app.example:8443/cb", "https://app.example:8443"),
        ("http://LOCALHOST:80/cb", "http://localhost"),
        ("http://localhost:443/cb", "http://localhost:443"),
        ("http://[::1]:80/cb", "http://[::1]"),
        ("http://[::80]/cb", "http://[::80]"),
    ],
)
def test_an_origin_is_written_as_browsers_write_it(uri: str, origin: str) -> None:
    assert cors.origins_of(Client(redirect_uris=uri)) == {origin}
    assert cors.origins_of(Client(redirect_uris="", allowed_origins=uri.removesuffix("/cb"))) == {origin}


def test_a_private_scheme_is_no_origin(clients: None) -> None:
    assert cors.origins_of(Client.objects.get(client_id="native-app")) == {
        "https://app.example", "http://127.0.0.1", "http://[::1]", "http://localhost",
    }  # fmt: skip
