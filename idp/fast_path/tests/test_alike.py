"""The fast path and Django answer alike, and each kind of request is answered by whom it should be."""

import pytest

from idp.fast_path.tests.wsgi import Ask, environ, proven_by, quoted
from idp.tests.journey import basic
from idp.tests.parties import BACKEND, DEMO_API, FORM

pytestmark = [pytest.mark.django_db, pytest.mark.spec("RFC 7662", "2.1")]

PATHS = ("/oauth2/introspect", "/oauth2/userinfo", "/oauth2/jwks", "/.well-known/openid-configuration")

# --- What is answered before Django ---------------------------------------------------------------------------------------
PLAIN = proven_by(BACKEND.client_id)


def test_plain_questions_are_answered_sooner_and_alike(ask: Ask, tokens: dict[str, str]) -> None:
    for kind in ("live", "foreign", "forged"):
        for more in ([], [("token_type_hint", "access_token")], [("token_type_hint", "")], [("x", "%20+")]):
            body = quoted([("token", tokens[kind]), *more])
            fast, slow, sooner = ask(lambda body=body: environ("POST", "/oauth2/introspect", body=body, **PLAIN))
            assert (sooner, fast.status, fast) == (True, "200", slow)


def test_a_caller_without_business_there_is_told_nothing_sooner(ask: Ask, tokens: dict[str, str]) -> None:
    other = proven_by(DEMO_API.client_id)
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
    {"HTTP_AUTHORIZATION": basic(BACKEND.client_id, "x" * 48)["authorization"]},
    {"HTTP_AUTHORIZATION": basic("nobody", "x" * 48)["authorization"]},
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


@pytest.mark.spec("RFC 9112", "9.3")
def test_a_body_that_nobody_wants_is_djangos_to_read(ask: Ask, tokens: dict[str, str]) -> None:
    # One whose length is told, and one that comes in chunks.
    for announced in ({"CONTENT_LENGTH": "4"}, {"HTTP_TRANSFER_ENCODING": "chunked"}):
        for path in PATHS[1:]:
            sent = {"HTTP_AUTHORIZATION": f"Bearer {tokens['live']}", **announced}
            fast, slow, sooner = ask(lambda path=path, sent=sent: {**environ("GET", path), **sent})
            assert (sooner, fast.status, fast) == (False, "200", slow), (path, announced)


def test_a_body_of_no_length_is_none(ask: Ask, tokens: dict[str, str]) -> None:
    sent = {"CONTENT_LENGTH": "0", "HTTP_AUTHORIZATION": f"Bearer {tokens['live']}"}
    for path in PATHS[1:]:
        fast, slow, sooner = ask(lambda path=path: {**environ("GET", path), **sent})
        assert (sooner, fast) == (True, slow), path


def test_forms_that_are_not_plain_are_djangos(ask: Ask, tokens: dict[str, str]) -> None:
    # The same once more, too: whose would be the right one?
    for more in (*NOT_PLAIN, [("token", tokens["live"])]):
        body = quoted([("token", tokens["live"]), *more])
        fast, slow, sooner = ask(lambda body=body: environ("POST", "/oauth2/introspect", body=body, **PLAIN))
        assert (sooner, fast) == (False, slow), more


def test_what_ended_a_moment_ago_is_ended_on_both_sides(ask: Ask, tokens: dict[str, str]) -> None:
    body = quoted([("token", tokens["dead"])])
    fast, slow, _sooner = ask(lambda: environ("POST", "/oauth2/introspect", body=body, **PLAIN))
    assert fast == slow
    assert fast.body == b'{"active": false}'
