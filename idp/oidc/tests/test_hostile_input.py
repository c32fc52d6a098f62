"""Whatever is sent to the provider's doors, the answer is a readable refusal: never a fault, never a foreign redirect."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.test import Client as HttpClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from idp.accounts.models import User
from idp.core.errors import rfc6749_text
from idp.login.models import SsoSession
from idp.oidc.models import Client
from idp.tests.journey import Answer, Browser, Pkce, answer_of, page_of
from idp.tests.parties import FORM, SECRETS, SPA, WEB, json_of

pytestmark = [pytest.mark.django_db, pytest.mark.unmeasured]
bounded = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

NAMES = [
    "client_id", "redirect_uri", "response_type", "response_mode", "scope", "state", "nonce", "code_challenge",
    "code_challenge_method", "prompt", "max_age", "id_token_hint", "login_hint", "acr_values", "claims", "resource", "request",
    "request_uri", "registration", "display", "ui_locales",
]  # fmt: skip
FORM_NAMES = [
    "grant_type", "code", "redirect_uri", "code_verifier", "client_id", "client_secret", "scope", "resource", "token",
    "token_type_hint", "client_assertion", "refresh_token",
]  # fmt: skip
# Values that are almost right, and values that are anything.
WORDS = st.sampled_from(
    [
        "demo-spa", "third-web", "native-app", "disabled-web",
        "demo-api", SPA.redirect_uri, WEB.redirect_uri, "http://127.0.0.1:1/cb",
        "com.example.app:/cb", "https://evil.example/", "//evil.example", "javascript:alert(1)", "code", "token",
        "code id_token", "query",
        "fragment", "openid", "openid admin", "none", "login", "none login", "0", "-1", "9" * 30, "S256", "plain",
        "form_post", "select_account", '{"userinfo":{"email":{"essential":true}}}', '{"id_token":{"sub":{"value":"x"}}}',
        "a" * 43, "\0", "%00",
        "\r\nLocation: https://evil.example", "\u202e", "{}", "[]", "authorization_code", "client_credentials",
        "password", "x" * 9000,
    ]
)  # fmt: skip
VALUES = st.one_of(WORDS, st.text(max_size=60), st.lists(WORDS, min_size=2, max_size=3).map(" ".join))


def assert_sane(answer: Answer, registered: set[str]) -> None:
    """No fault, and any redirect stays here or goes to a registered address, a refusal with all that belongs to one."""
    assert answer.status_code < 500, answer.content
    location = answer.get("Location", "")
    if location:
        assert answer.status_code == 303
        assert location.startswith(("/interaction/", "/oauth2/logout/")) or location.split("?")[0] in registered
        assert urlsplit(location).hostname != "evil.example"
        told = answer_of(location)
        if "error" in told:
            # `keep` is of one registered address.
            assert set(told) - {"state", "keep"} == {"error", "error_description", "iss"}
            assert_told(told)


def assert_told(error: Mapping[str, str]) -> None:
    """What is wrong, as a sentence in the characters that are allowed, whatever of it was sent."""
    assert error["error_description"].endswith(".")
    assert rfc6749_text(error["error_description"]) == error["error_description"]


def addresses() -> set[str]:
    return {uri.split("?")[0] for uris in Client.objects.values_list("redirect_uris", flat=True) for uri in uris.split()} | {
        "http://127.0.0.1:1/cb"
    }


@bounded
@given(changes=st.dictionaries(st.sampled_from(NAMES), st.none() | VALUES, max_size=6), post=st.booleans())
def test_a_mutated_request_never_faults_nor_leaves(clients: None, changes: dict[str, str | None], *, post: bool) -> None:
    query = SPA.authorize_url(Pkce(), **changes).partition("?")[2]
    http = HttpClient()
    answer = http.post("/oauth2/authorize", query, content_type=FORM) if post else http.get(f"/oauth2/authorize?{query}")
    assert_sane(answer, addresses())


@bounded
@given(pairs=st.lists(st.tuples(st.sampled_from(NAMES) | st.text(max_size=10), VALUES), max_size=12))
def test_a_random_request_never_faults_nor_leaves(clients: None, pairs: list[tuple[str, str]]) -> None:
    query = urlencode(pairs, errors="replace")
    assert_sane(HttpClient().get(f"/oauth2/authorize?{query}"), addresses())
    assert_sane(HttpClient().get(f"/oauth2/logout?{query}"), set())


@bounded
@given(raw=st.binary(max_size=200))
def test_raw_bytes_never_fault(clients: None, raw: bytes) -> None:
    for path in ("/oauth2/authorize", "/oauth2/token", "/oauth2/userinfo"):
        assert_sane(HttpClient().generic("POST", path, raw, content_type=FORM), addresses())
    assert_sane(HttpClient().generic("GET", "/oauth2/authorize", QUERY_STRING=raw.decode("latin-1")), addresses())


@bounded
@given(
    path=st.sampled_from(["/oauth2/token", "/oauth2/introspect", "/oauth2/revoke"]),
    pairs=st.lists(st.tuples(st.sampled_from(FORM_NAMES) | st.text(max_size=10), VALUES), max_size=8),
    header=st.sampled_from(["", "Basic eDp5", "Basic", "Bearer x"]) | st.text(st.characters(codec="latin-1"), max_size=30),
)
def test_a_random_form_is_refused_as_json(clients: None, path: str, pairs: list[tuple[str, str]], header: str) -> None:
    answer = HttpClient(headers={"authorization": header}).post(path, urlencode(pairs, errors="replace"), content_type=FORM)
    assert answer.status_code in {400, 401}
    assert answer["Cache-Control"] == "no-store"
    assert answer.get("WWW-Authenticate", "").startswith("Basic ") == (answer.status_code == 401)
    body: Any = answer.json()
    assert set(body) == {"error", "error_description"}
    assert_told(body)


@bounded
@given(pairs=st.dictionaries(st.sampled_from(FORM_NAMES[:4] + FORM_NAMES[6:]), VALUES, max_size=6))
def test_a_known_client_sending_nonsense_gets_no_token(clients: None, pairs: dict[str, str]) -> None:
    form = {**pairs, "client_id": "post-web", "client_secret": SECRETS["post-web"]}
    answer = HttpClient().post("/oauth2/token", urlencode(form, errors="replace"), content_type=FORM)
    assert answer.status_code in {400, 401}
    assert_told(json_of(answer))


@bounded
@given(header=st.text(st.characters(codec="latin-1"), max_size=80))
def test_a_random_bearer_header_is_a_401(clients: None, header: str) -> None:
    for value in (header, f"Bearer {header}"):
        answer = HttpClient(headers={"authorization": value}).get("/oauth2/userinfo")
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"].startswith("Bearer ")


# --- The forms of our own pages -----------------------------------------------------------------------------------------
MULTIPART = "multipart/form-data"
# Bodies no form of ours sends: how each calls itself, and what it holds.
BODIES: dict[str, tuple[str, bytes]] = {
    "multipart without a boundary": (MULTIPART, b"--x"),
    "multipart with an empty boundary": (f"{MULTIPART}; boundary=", b"--x"),
    "multipart with a boundary that is none": (f"{MULTIPART}; boundary=\xe4", b"--x"),
    "multipart that breaks off": (f"{MULTIPART}; boundary=x", b"--x\r\nContent-Disposition: form-data; name="),
    "multipart in bad base64": (
        f"{MULTIPART}; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64\r\n\r\n!\r\n--x--\r\n',
    ),
    "a file where a word belongs": (
        f"{MULTIPART}; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="decision"; filename="a"\r\n\r\nlogout\r\n--x--\r\n',
    ),
    "JSON": ("application/json", b'{"username": "ada@example.com", "password": "x", "decision": "logout"}'),
    "text": ("text/plain", b"username=ada@example.com"),
    "no type at all": ("", b"username=ada@example.com"),
    "300 fields": (FORM, "&".join(f"f{number}=x" for number in range(300)).encode()),
    "bytes that are no UTF-8": (FORM, b"username=%ff%fe&password=%c3%28&decision=%80\xff"),
    "another charset": (f"{FORM}; charset=utf-16", "username=ada@example.com".encode("utf-16")),
    "an unknown charset": (f"{FORM}; charset=klingon", b"username=x"),
    "a NUL": (FORM, b"username=a%00b@example.com&decision=logout%00"),
    "300 kB": (FORM, b"username=" + b"x" * 300_000),
    "nothing": (FORM, b""),
}  # fmt: skip


def assert_refused(browser: Browser, body: str) -> None:
    """The body is refused with a page, with and without a CSRF token, and the form still stands there."""
    address, kind, raw = browser.address, *BODIES[body]
    form = browser.http.get(address)
    assert form.status_code == 200
    with_token = {"X-CSRFToken": page_of(form).fields["csrfmiddlewaretoken"]}
    for headers in ({}, with_token):
        answer = browser.http.generic("POST", address, raw, content_type=kind, headers=headers)
        assert 400 <= answer.status_code < 500, (answer.status_code, answer.content)
        assert page_of(answer).text
    assert page_of(browser.http.get(address)).texts.keys() == page_of(form).texts.keys()


@pytest.mark.parametrize("body", BODIES)
def test_a_body_no_page_of_ours_sends_moves_no_sign_in(stranger: Browser, shopper: User, body: str) -> None:
    first = stranger.open(SPA.authorize_url(Pkce()))
    assert_refused(stranger, body)
    stranger.submit(first, username=str(shopper.email))
    assert_refused(stranger, body)
    assert not SsoSession.objects.exists()


@pytest.mark.parametrize("body", BODIES)
def test_a_body_no_page_of_ours_sends_neither_consents_nor_signs_out(browser: Browser, body: str) -> None:
    for address, button in ((WEB.authorize_url(Pkce()), "consent-allow"), ("/oauth2/logout", "logout-confirm")):
        assert button in page_of(browser.open(address)).texts
        assert_refused(browser, body)
    assert SsoSession.objects.get().ended_at is None
