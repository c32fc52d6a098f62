"""The fast path and Django answer alike, whatever is asked: made requests of every kind, hostile ones among them."""

import base64
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from idp.fast_path.application import in_front_of
from idp.fast_path.tests.stores import Store
from idp.fast_path.tests.wsgi import Answered, asked, environ
from idp.tests.journey import Browser
from idp.tests.parties import BACKEND, DEMO_API, FORM, POST_WEB, SECRETS, SPA, WEB, introspect, obtain_tokens, userinfo

pytestmark = [pytest.mark.django_db, pytest.mark.spec("RFC 7662", "2.1")]

PATHS = ("/oauth2/introspect", "/oauth2/userinfo", "/oauth2/jwks", "/.well-known/openid-configuration")
Ask = Callable[..., tuple[Answered, Answered, bool]]


def basic(client_id: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()


@pytest.fixture
def tokens(browser: Browser, settings: Settings, store: Store) -> dict[str, str]:
    """A live token, a dead one, a forged one, a JWT; of the first, and of who asks, everything is kept."""
    settings.IDP_THROTTLE = False
    live = obtain_tokens(browser, SPA, scope="openid email roles")["access_token"]
    foreign = obtain_tokens(browser, WEB, scope="openid email")["access_token"]
    dead = obtain_tokens(browser, SPA)["access_token"]
    store.clear()
    for _ in range(2):
        for token in (live, foreign, dead):
            introspect(BACKEND, token)
            userinfo(token)
        introspect(DEMO_API, live)
    SPA.post("/oauth2/revoke", {"token": dead})
    POST_WEB.post("/oauth2/introspect", {"token": foreign})
    forged = live[:-1] + ("A" if live[-1] != "A" else "B")
    return {"live": live, "foreign": foreign, "dead": dead, "forged": forged, "jwt": "eyJhbGciOiJSUzI1NiJ9.e30.c2ln"}


@pytest.fixture
def ask(tokens: dict[str, str]) -> Iterator[Ask]:
    """The same request to both; and whether it was answered before Django."""
    django = WSGIHandler()
    # As Django's test client does: the connection is the test's, whose transaction is open.
    request_started.disconnect(close_old_connections)

    def both(make: Callable[[], dict[str, Any]]) -> tuple[Answered, Answered, bool]:
        passed: list[bool] = []

        def noted(request: Any, start: Any) -> Any:  # noqa: ANN401 - WSGI's own
            passed.append(True)
            return django(request, start)

        return asked(in_front_of(noted), make()), asked(django, make()), not passed

    yield both
    request_started.connect(close_old_connections)


def quoted(form: list[tuple[str, str]]) -> bytes:
    return "&".join(f"{name}={value}" for name, value in form).encode()


# --- What is answered before Django ---------------------------------------------------------------------------------------
SECRET_HEADER = basic(BACKEND.client_id, SECRETS[BACKEND.client_id])
PLAIN = {"CONTENT_TYPE": FORM, "HTTP_AUTHORIZATION": SECRET_HEADER}


def test_plain_questions_are_answered_sooner_and_alike(ask: Ask, tokens: dict[str, str]) -> None:
    for kind in ("live", "foreign", "forged"):
        for more in ([], [("token_type_hint", "access_token")], [("token_type_hint", "")], [("x", "%20+")]):
            body = quoted([("token", tokens[kind]), *more])
            fast, slow, sooner = ask(lambda body=body: environ("POST", "/oauth2/introspect", body=body, **PLAIN))
            assert (sooner, fast.status, fast) == (True, "200", slow)


def test_a_caller_without_business_there_is_told_nothing_sooner(ask: Ask, tokens: dict[str, str]) -> None:
    other = {"CONTENT_TYPE": FORM, "HTTP_AUTHORIZATION": basic(DEMO_API.client_id, SECRETS[DEMO_API.client_id])}
    body = quoted([("token", tokens["foreign"])])
    fast, slow, sooner = ask(lambda: environ("POST", "/oauth2/introspect", body=body, **other))
    assert (sooner, fast.body, fast) == (True, b'{"active": false}', slow)


def test_userinfo_is_read_by_the_clients_own_pages(ask: Ask, tokens: dict[str, str]) -> None:
    for origin in ("", "http://localhost:5173", "https://evil.example", "null"):
        sent = {"HTTP_AUTHORIZATION": f"Bearer {tokens['live']}", "HTTP_ORIGIN": origin}
        fast, slow, sooner = ask(lambda sent=sent: environ("GET", "/oauth2/userinfo", **sent))
        assert (sooner, fast) == (True, slow)
        readable = {value for name, value in fast.headers if name == "access-control-allow-origin"}
        assert readable == ({origin} if origin == "http://localhost:5173" else set())


def test_documents_are_the_same_for_every_host(ask: Ask) -> None:
    for path in PATHS[2:]:
        for host in ("localhost", "evil.example", ""):
            fast, slow, sooner = ask(lambda path=path, host=host: environ("GET", path, HTTP_HOST=host))
            assert (sooner, fast) == (True, slow)


# --- What is left to Django -----------------------------------------------------------------------------------------------
UNUSUAL: tuple[dict[str, str], ...] = (
    {"HTTP_AUTHORIZATION": basic(BACKEND.client_id, "x" * 48)},
    {"HTTP_AUTHORIZATION": basic("nobody", "x" * 48)},
    {"HTTP_AUTHORIZATION": ""},
    {"HTTP_AUTHORIZATION": "Digest x"},
    {"HTTP_HOST": "evil.example"},
    {"CONTENT_TYPE": "application/json"},
    {"CONTENT_TYPE": f"{FORM}; charset=latin-1"},
    {"SCRIPT_NAME": "/x"},
    {"QUERY_STRING": "a=b"},
    {"CONTENT_LENGTH": "9999999"},
    {"CONTENT_LENGTH": "-5"},
    {"HTTP_TRANSFER_ENCODING": "chunked"},
)
NOT_PLAIN = (
    [("token", "again")],
    [("client_id", "demo-api")],
    [("client_secret", "x" * 48)],
    [("client_secret", "")],
    [("client_assertion_type", "urn:x")],
    [("x", "\u00e9")],
    [(f"x{number}", "y") for number in range(40)],
    [("x", "y" * 9000)],
)


def test_what_is_unusual_or_refused_is_djangos(ask: Ask, tokens: dict[str, str]) -> None:
    body = quoted([("token", tokens["live"])])
    for change in UNUSUAL:
        fast, slow, sooner = ask(lambda change=change: {**environ("POST", "/oauth2/introspect", body=body), **PLAIN, **change})
        assert (sooner, fast) == (False, slow), change


def test_a_cookie_is_djangos_to_judge(ask: Ask, tokens: dict[str, str]) -> None:
    sent = {"HTTP_COOKIE": "idp_session=x"}
    for path in PATHS[1:]:
        bearer = {"HTTP_AUTHORIZATION": f"Bearer {tokens['live']}"} if path.endswith("userinfo") else {}
        fast, slow, sooner = ask(lambda path=path, bearer=bearer: {**environ("GET", path), **sent, **bearer})
        assert (sooner, fast) == (False, slow), path


def test_forms_that_are_not_plain_are_djangos(ask: Ask, tokens: dict[str, str]) -> None:
    # The same once more, too: whose would be the right one?
    for more in (*NOT_PLAIN, [("token", tokens["live"])]):
        body = quoted([("token", tokens["live"]), *more])
        fast, slow, sooner = ask(lambda body=body: environ("POST", "/oauth2/introspect", body=body, **PLAIN))
        assert (sooner, fast) == (False, slow), more


# --- Anything -------------------------------------------------------------------------------------------------------------
names = st.sampled_from(["token", "token", "token", "token_type_hint", "client_id", "client_secret", "access_token", "%74oken"])
kinds = st.sampled_from(["live", "foreign", "dead", "forged", "jwt", "", "%00", "%ff", "a+b", BACKEND.client_id])
schemes = st.sampled_from(
    ["", SECRET_HEADER, SECRET_HEADER.lower(), "Basic !", "Basic ", "bearer live", "Bearer live", "Bearer  dead"]
)
hosts = st.sampled_from(
    ["localhost", "localhost", "LOCALHOST:8000", "127.0.0.1", "[::1]:1", "evil.example", "local host", "localhost:x"]
)
types = st.sampled_from(
    [FORM, FORM, FORM.upper(), f"{FORM};charset=utf-8", "application/json", "", "multipart/form-data; boundary=x"]
)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_asked_both_say_the_same(ask: Ask, tokens: dict[str, str], data: st.DataObject) -> None:
    method = data.draw(st.sampled_from(["POST", "POST", "GET", "GET", "HEAD", "OPTIONS", "PUT"]))
    path = data.draw(st.sampled_from([*PATHS, "/oauth2/introspect", "/oauth2/introspect/", "/oauth2//introspect"]))
    form = [(name, tokens.get(value, value)) for name, value in data.draw(st.lists(st.tuples(names, kinds), max_size=3))]
    scheme = data.draw(schemes)
    for kind in ("live", "dead"):
        scheme = scheme.replace(kind, tokens[kind])
    body = data.draw(st.one_of(st.just(quoted(form)), st.binary(max_size=40)))
    sent = {
        "HTTP_AUTHORIZATION": scheme,
        "HTTP_HOST": data.draw(hosts),
        "CONTENT_TYPE": data.draw(types),
        "HTTP_ORIGIN": data.draw(st.sampled_from(["", "http://localhost:5173", "null"])),
        "HTTP_COOKIE": data.draw(st.sampled_from(["", "idp_session=x"])),
        "HTTP_ACCEPT_LANGUAGE": data.draw(st.sampled_from(["", "fr"])),
    }
    query = data.draw(st.sampled_from(["", "", "", "token=x", "access_token=y"]))
    fast, slow, _sooner = ask(lambda: environ(method, path, query=query, body=body, **sent))
    assert fast == slow


def test_what_ended_a_moment_ago_is_ended_on_both_sides(ask: Ask, tokens: dict[str, str]) -> None:
    body = quoted([("token", tokens["dead"])])
    fast, slow, _sooner = ask(lambda: environ("POST", "/oauth2/introspect", body=body, **PLAIN))
    assert fast == slow
    assert fast.body == b'{"active": false}'
