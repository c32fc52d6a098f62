"""Whatever is sent to the provider's doors, the answer is a readable refusal: never a fault, never a foreign redirect."""

from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.test import Client as HttpClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from idp.oidc.models import Client
from idp.tests.journey import Answer, Pkce
from idp.tests.parties import FORM, SECRETS, SPA, WEB

pytestmark = pytest.mark.django_db
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
        "a" * 43, "\0", "%00",
        "\r\nLocation: https://evil.example", "\u202e", "{}", "[]", "authorization_code", "client_credentials",
        "password", "x" * 9000,
    ]
)  # fmt: skip
VALUES = st.one_of(WORDS, st.text(max_size=60), st.lists(WORDS, min_size=2, max_size=3).map(" ".join))


def assert_sane(answer: Answer, registered: set[str]) -> None:
    """No fault, and any redirect stays here or goes to a registered address."""
    assert answer.status_code < 500, answer.content
    location = answer.get("Location", "")
    if location:
        assert answer.status_code == 303
        assert location.startswith(("/interaction/", "/oauth2/logout/")) or location.split("?")[0] in registered
        assert urlsplit(location).hostname != "evil.example"


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
    body: Any = answer.json()
    assert set(body) == {"error", "error_description"}


@bounded
@given(pairs=st.dictionaries(st.sampled_from(FORM_NAMES[:4] + FORM_NAMES[6:]), VALUES, max_size=6))
def test_a_known_client_sending_nonsense_gets_no_token(clients: None, pairs: dict[str, str]) -> None:
    form = {**pairs, "client_id": "post-web", "client_secret": SECRETS["post-web"]}
    answer = HttpClient().post("/oauth2/token", urlencode(form, errors="replace"), content_type=FORM)
    assert answer.status_code in {400, 401}


@bounded
@given(header=st.text(st.characters(codec="latin-1"), max_size=80))
def test_a_random_bearer_header_is_a_401(clients: None, header: str) -> None:
    for value in (header, f"Bearer {header}"):
        answer = HttpClient(headers={"authorization": value}).get("/oauth2/userinfo")
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"].startswith("Bearer ")
