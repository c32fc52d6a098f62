"""Redirect URIs are compared as strings; whatever else is asked for is shown to the person and never redirected."""

import pytest
from django.test import Client as HttpClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from idp.oidc.authorize.redirect_uri import destination, is_registered, proves_the_app
from idp.tests.journey import Answer, Pkce, answer_of, page_of
from idp.tests.parties import NATIVE, SPA, WEB, Party

HOST = "https://third.example"

# Each looks like https://third.example/cb to somebody: a router, a browser, a library that decodes, or a person.
MUTATIONS = [
    # The path
    f"{HOST}/CB", f"{HOST}/Cb", f"{HOST}/cb/", f"{HOST}//cb", f"{HOST}/cb/extra", f"{HOST}/c", f"{HOST}/cbx", f"{HOST}",
    f"{HOST}/", f"{HOST}/./cb", f"{HOST}/x/../cb", f"{HOST}/cb/..", f"{HOST}/cb/.", f"{HOST}/%2e%2e/cb", f"{HOST}/%63b",
    f"{HOST}/c%62", f"{HOST}/%2563b", f"{HOST}/cb%2f", f"{HOST}/cb%00", f"{HOST}/cb;p", f"{HOST}/cb;jsessionid=1",
    # The query and fragment
    f"{HOST}/cb?", f"{HOST}/cb?x=1", f"{HOST}/cb?keep=1&x=2", f"{HOST}/cb?keep=2", f"{HOST}/cb?KEEP=1", f"{HOST}/cb?keep=1&",
    f"{HOST}/cb#", f"{HOST}/cb#f", f"{HOST}/cb#/../evil", f"{HOST}/cb&x=1",
    # Who is asked
    "https://user@third.example/cb", "https://user:pw@third.example/cb", "https://third.example@evil.example/cb",
    "https://third.example:443/cb", "https://third.example:8443/cb", "https://third.example:/cb", "https://third.example./cb",
    "https://THIRD.example/cb", "https://third.example.evil.example/cb", "https://evil.example/third.example/cb",
    "https://evilthird.example/cb", "https://sub.third.example/cb", "https://third\u2024example/cb", "https://th\u0456rd.example/cb",
    "https://third.example\uff0fcb", "https://xn--thrd-vpa.example/cb", "https://evil.example#@third.example/cb",
    "https://evil.example\\@third.example/cb", "https://third.example\\.evil.example/cb", "https://third.example%2eevil.example/cb",
    # The scheme, and no scheme
    "http://third.example/cb", "HTTPS://third.example/cb", "https:third.example/cb", "https:/third.example/cb",
    "https:///third.example/cb", "//third.example/cb", "/cb", "cb", "third.example/cb", "javascript:alert(1)//third.example/cb",
    "data:text/html,third.example/cb", "file:///third.example/cb", "urn:ietf:wg:oauth:2.0:oob",
    # White space and control characters
    f" {HOST}/cb", f"{HOST}/cb ", f"{HOST}/cb\t", f"\t{HOST}/cb", f"{HOST}\t/cb", f"{HOST}/cb\n", f"{HOST}/cb\r\nX-Header: 1",
    f"{HOST}/cb\x00", "https://third\x00.example/cb", f"{HOST}/cb\u200b", f"\ufeff{HOST}/cb",
    # Two at once
    f"{HOST}/cb {HOST}/cb?keep=1", f"{HOST}/cb,{HOST}/cb", "*", "https://*.example/cb",
]  # fmt: skip


def ask(party: Party, **overrides: str | None) -> Answer:
    answer: Answer = HttpClient().get(party.authorize_url(Pkce(), **overrides))
    return answer


def assert_shown(answer: Answer, code: str) -> None:
    """An error page of ours with its code, and no way for the browser to leave."""
    assert answer.status_code == 400
    assert "Location" not in answer
    assert page_of(answer).texts["error-code"] == code


@pytest.mark.spec("RFC 9700", "2.1")
@pytest.mark.spec("RFC 9700", "4.1.3")
@pytest.mark.spec("RFC 6749", "4.1.2.1")
@pytest.mark.parametrize("uri", MUTATIONS)
def test_a_redirect_uri_that_differs_in_any_character_is_shown_and_never_redirected(clients: None, uri: str) -> None:
    code = "invalid_request" if "\x00" in uri else "invalid_redirect_uri"
    assert_shown(ask(WEB, redirect_uri=uri), code)


def test_there_are_enough_mutations_and_none_is_the_address_itself() -> None:
    assert len(set(MUTATIONS)) == len(MUTATIONS) >= 60
    assert not {WEB.redirect_uri, f"{HOST}/cb?keep=1"} & set(MUTATIONS)


@pytest.mark.spec("OIDC Core", "3.1.2.1")
@pytest.mark.parametrize("uri", [None, ""])
def test_a_missing_redirect_uri_is_never_guessed(clients: None, uri: str | None) -> None:
    assert_shown(ask(SPA, redirect_uri=uri), "invalid_redirect_uri")
    assert_shown(ask(Party("other-spa", ""), redirect_uri=uri), "invalid_redirect_uri")


@pytest.mark.spec("RFC 6749", "4.1.2.1")
def test_an_address_of_another_client_is_not_mine(clients: None) -> None:
    assert_shown(ask(SPA, redirect_uri=WEB.redirect_uri), "invalid_redirect_uri")


@pytest.mark.spec("RFC 6749", "3.1.2")
def test_the_query_of_a_registered_address_is_kept(clients: None) -> None:
    answer = ask(WEB.at(f"{HOST}/cb?keep=1"), prompt="nonsense")
    assert answer["Location"].startswith(f"{HOST}/cb?keep=1&error=invalid_request")
    assert answer_of(answer["Location"])["keep"] == "1"


# --- Loopback (RFC 8252 §7.3, §8.3) -------------------------------------------------------------------------------------
@pytest.mark.spec("RFC 8252", "7.3")
@pytest.mark.parametrize(
    "uri",
    ["http://127.0.0.1:1/cb", "http://127.0.0.1:65535/cb", "http://[::1]:8080/cb", "http://127.0.0.1/cb", "http://[::1]/cb"],
)
def test_a_native_app_may_listen_on_any_port_of_a_loopback_literal(clients: None, uri: str) -> None:
    answer = ask(NATIVE.at(uri))
    assert answer.status_code == 303
    assert answer["Location"].startswith("/interaction/")


@pytest.mark.spec("RFC 8252", "8.3")
@pytest.mark.parametrize(
    "uri",
    [
        "http://localhost:8080/cb", "http://127.1/cb", "http://127.1:80/cb", "http://0.0.0.0/cb", "http://2130706433/cb",
        "http://0x7f000001/cb", "http://[::ffff:127.0.0.1]/cb", "http://[0:0:0:0:0:0:0:1]/cb", "http://127.0.0.1/other",
        "http://127.0.0.1:80/cb/", "http://127.0.0.1:80/cb?x=1", "http://127.0.0.1:80@evil.example/cb",
        "http://user@127.0.0.1:80/cb", "http://127.0.0.1:/cb", "http://127.0.0.1:0/cb", "http://127.0.0.1:65536/cb",
        "http://127.0.0.1:999999/cb", "http://127.0.0.1:8o/cb", "http://127.0.0.1:\u0664\u0662/cb", "http://127.0.0.1.evil.example/cb",
        "http://127.0.0.1:-1/cb", "http://127.0.0.1: 80/cb", "https://127.0.0.1:80/cb", "http://127.0.0.2:80/cb",
        "http://[::1]:80@evil.example/cb", "http://[::1].evil.example/cb", "http://127.0.0.1:80\\@evil.example/cb",
    ],
)  # fmt: skip
def test_nothing_else_passes_for_a_loopback_address(clients: None, uri: str) -> None:
    assert_shown(ask(NATIVE.at(uri)), "invalid_redirect_uri")


@pytest.mark.spec("RFC 9700", "2.1")
def test_the_port_of_a_web_client_is_part_of_its_address() -> None:
    registered = ["http://127.0.0.1:5173/callback"]
    assert is_registered("http://127.0.0.1:5173/callback", registered, native=False)
    assert not is_registered("http://127.0.0.1:5174/callback", registered, native=False)
    assert is_registered("http://127.0.0.1:5174/callback", registered, native=True)


@pytest.mark.spec("RFC 8252", "7.1")
@pytest.mark.parametrize("uri", ["com.example.app:/cb/", "com.example.app://cb", "com.example.app:cb", "COM.example.app:/cb"])
def test_a_private_scheme_has_one_spelling_per_callback(clients: None, uri: str) -> None:
    assert_shown(ask(NATIVE.at(uri)), "invalid_redirect_uri")


@pytest.mark.spec("RFC 8252", "8.6")
def test_only_a_claimed_https_address_proves_the_app() -> None:
    assert proves_the_app("https://app.example/cb")
    assert not proves_the_app("com.example.app:/cb")
    assert not proves_the_app("http://127.0.0.1:8080/cb")


def test_the_consent_page_names_the_host_or_the_scheme() -> None:
    assert destination("https://app.example:8443/cb") == "app.example"
    assert destination("com.example.app:/cb") == "an app on this device (com.example.app:)"
    assert destination("http://127.0.0.1:4000/cb") == "an app on this device (127.0.0.1)"


# --- Any other address --------------------------------------------------------------------------------------------------
_PIECES = st.sampled_from(
    [
        "/", "//", "/..", "/.", "/%2e%2e", "%2f", "%252f", "?", "?x=1", "&x=1", "#", "#f", ";p", ":443", ":80", ":", "@",
        "user@", "\\", "\\\\", "\t", "\n", "\r\n", " ", "\x00", "%00", ".", "..", "www.", ".evil.example", "evil",
        "[::ffff:127.0.0.1]", "\u0456", "\u2024", "\uff0f", "\u200b", "\u202e", "*", ",", "x", "X",
    ]
)  # fmt: skip


@st.composite
def _mutated(draw: st.DrawFn) -> str:
    """A registered address with pieces put in, characters taken out, re-cased or percent-encoded, wherever chance has it."""
    uri = draw(st.sampled_from([WEB.redirect_uri, f"{HOST}/cb?keep=1"]))
    for _change in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(uri)))
        head, char, rest = uri[:at], uri[at : at + 1], uri[at + 1 :]
        changed = draw(st.sampled_from(["put", "take", "case", "encode", "double"]))
        if changed == "put":
            uri = head + draw(_PIECES) + char + rest
        elif changed == "take":
            uri = head + rest
        elif changed == "case":
            uri = head + char.swapcase() + rest
        else:
            uri = head + "".join(f"%{'25' if changed == 'double' else ''}{ord(one):02x}" for one in char) + rest
    return uri


@pytest.mark.django_db
@pytest.mark.spec("RFC 9700", "2.1")
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_mutated(), st.sampled_from([{}, {"prompt": "none"}, {"response_mode": "form_post"}, {"response_type": "token"}]))
def test_no_mutation_of_an_address_is_followed(clients: None, uri: str, beside: dict[str, str]) -> None:
    if uri in {WEB.redirect_uri, f"{HOST}/cb?keep=1"}:
        return
    assert_shown(ask(WEB, redirect_uri=uri, **beside), "invalid_request" if "\x00" in uri else "invalid_redirect_uri")
