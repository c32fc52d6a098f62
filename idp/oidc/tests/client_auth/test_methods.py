"""One method per client, one at a time; whoever fails hears the same words (RFC 6749 §2.3, §5.2)."""

import base64

import pytest

from idp.oidc.client_auth import secret
from idp.tests.journey import basic
from idp.tests.parties import DEMO_API, POST_WEB, SECOND_WEB, SECRETS, SPA, WEB, json_of, post_form

ENDPOINTS = ["/oauth2/token", "/oauth2/introspect", "/oauth2/revoke"]
RIGHT = SECRETS["second-web"]
POSTED = SECRETS["post-web"]
REQUEST = {"grant_type": "client_credentials", "token": "x"}


def raw(text: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(text.encode()).decode()}


def assert_alike(path: str, form: dict[str, str], headers: dict[str, str]) -> None:
    """401 with a Basic challenge, and the words an unknown client hears."""
    answer = post_form(path, {**REQUEST, **form}, **headers)
    unknown = post_form(path, REQUEST, **basic("nobody", "x" * 48))
    assert answer.status_code == unknown.status_code == 401
    assert answer.content == unknown.content
    assert answer["WWW-Authenticate"].startswith('Basic realm="')
    assert json_of(answer)["error"] == "invalid_client"
    assert (answer["Cache-Control"], answer["Pragma"]) == ("no-store", "no-cache")


@pytest.mark.spec("RFC 6749", "5.2")
@pytest.mark.parametrize("path", ENDPOINTS)
@pytest.mark.parametrize(
    ("form", "headers"),
    [
        ({}, basic("second-web", "wrong" * 10)),
        ({}, basic("second-web", "")),
        ({}, basic("second-web", RIGHT + " ")),
        ({}, basic("second-web", RIGHT.upper())),
        ({}, basic("second-web", POSTED)),
        ({}, basic("disabled-web", SECRETS["disabled-web"])),
        ({}, basic("SECOND-WEB", RIGHT)),
        ({}, basic("demo-spa", "")),
        ({}, basic("demo-spa", "anything")),
        ({"client_id": "demo-spa", "client_secret": "anything"}, {}),
        ({"client_id": "demo-spa", "client_secret": ""}, {}),
        ({"client_id": "second-web"}, {}),
        ({"client_id": "second-web", "client_secret": ""}, {}),
        ({"client_id": "second-web", "client_secret": RIGHT}, {}),
        ({"client_id": "post-web", "client_secret": ""}, {}),
        ({"client_id": "post-web", "client_secret": "wrong" * 10}, {}),
        ({}, basic("post-web", POSTED)),
        ({"client_id": "nobody"}, {}),
        ({"client_id": "nobody", "client_secret": "x"}, {}),
        ({"client_id": "a\0b"}, {}),
        ({}, basic("x" * 5000, "y")),
    ],
)
def test_every_failure_reads_like_an_unknown_client(
    clients: None, path: str, form: dict[str, str], headers: dict[str, str]
) -> None:
    assert_alike(path, form, headers)


@pytest.mark.spec("RFC 6749", "2.3")
@pytest.mark.parametrize("path", ENDPOINTS)
@pytest.mark.parametrize("secret_sent", [RIGHT, "wrong", ""])
def test_two_methods_at_once_are_refused(clients: None, path: str, secret_sent: str) -> None:
    form = {**REQUEST, "client_id": "second-web", "client_secret": secret_sent}
    answer = post_form(path, form, **basic("second-web", RIGHT))
    assert (answer.status_code, json_of(answer)["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("path", ENDPOINTS)
def test_the_body_may_repeat_the_client_id_but_not_name_another(clients: None, path: str) -> None:
    same = post_form(path, {**REQUEST, "client_id": "second-web"}, **basic("second-web", RIGHT))
    assert same.status_code == 200
    other = post_form(path, {**REQUEST, "client_id": "demo-spa"}, **basic("second-web", RIGHT))
    assert (other.status_code, json_of(other)["error"]) == (400, "invalid_request")


@pytest.mark.spec("OIDC Core", "9")
@pytest.mark.parametrize("path", ENDPOINTS)
def test_assertions_are_refused_beside_valid_credentials_too(clients: None, path: str) -> None:
    for name in ("client_assertion", "client_assertion_type"):
        answer = SECOND_WEB.post(path, {**REQUEST, name: "x"})
        assert (answer.status_code, json_of(answer)["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("path", ENDPOINTS)
@pytest.mark.parametrize(
    "header",
    [
        "Basic", "Basic ", "Basic !!!", "Basic " + base64.b64encode(b"nocolon").decode(),
        "Basic " + base64.b64encode(b":x").decode(),
        "Basic " + base64.b64encode(b"\xff\xfe:x").decode(), "Digest username=x", "Negotiate abc", "Basic a b", "basic =",
        "Basic " + base64.b64encode(b"second-web:x").decode() + "\u00e4", "DPoP abc",
    ],
)  # fmt: skip
def test_a_header_that_cannot_be_read_is_refused(clients: None, path: str, header: str) -> None:
    answer = post_form(path, {**REQUEST, "client_id": "demo-spa"}, authorization=header)
    assert (answer.status_code, json_of(answer)["error"]) == (401, "invalid_client")
    assert answer["WWW-Authenticate"].startswith("Basic ")


@pytest.mark.spec("RFC 6749", "2.3.1")
@pytest.mark.parametrize("scheme", ["Basic", "basic", "BASIC"])
def test_both_halves_are_form_encoded_first_and_the_scheme_has_no_case(clients: None, scheme: str) -> None:
    encoded = "".join(f"%{ord(char):02X}" for char in "second-web")
    header = f"{scheme} " + raw(f"{encoded}:{RIGHT}")["authorization"].partition(" ")[2]
    assert post_form("/oauth2/token", REQUEST, authorization=header).status_code == 200


def test_nobody_at_all_is_told_to_say_who_it_is(clients: None) -> None:
    for headers in ({}, {"authorization": "Bearer abc"}):
        answer = post_form("/oauth2/token", REQUEST, **headers)
        assert (answer.status_code, json_of(answer)["error"]) == (401, "invalid_client")


@pytest.mark.spec("RFC 7662", "2.1")
def test_a_public_client_cannot_introspect_even_its_own_token(clients: None) -> None:
    answer = SPA.post("/oauth2/introspect", {"token": "x"})
    assert (answer.status_code, json_of(answer)["error"]) == (401, "invalid_client")
    assert DEMO_API.post("/oauth2/introspect", {"token": "x"}).status_code == 200


@pytest.mark.spec("RFC 6819", "5.1.4.1.3")
def test_an_empty_column_is_never_matched(clients: None) -> None:
    from idp.oidc.models import Client

    Client.objects.filter(client_id="second-web").update(client_secret="")
    assert_alike("/oauth2/token", {}, basic("second-web", ""))
    assert not secret.matches("", secret.digest(""))
    assert not secret.matches("x", "")
    assert secret.matches("x", secret.digest("x"))


def test_only_a_keyed_digest_of_a_secret_is_stored(clients: None) -> None:
    import hashlib

    from idp.oidc.models import Client

    for party in (WEB, SECOND_WEB, POST_WEB):
        stored = Client.objects.get(client_id=party.client_id).client_secret
        assert len(stored) == 64
        assert stored not in {party.secret, hashlib.sha256(party.secret.encode()).hexdigest()}
