"""The differential test: whatever is asked, the fast path and Django say the same.

Most random requests would be refused by both at the first look. So each begins as one that is answered, and is changed in at
most a few places, at random; how many were answered before Django, and how many were left to it, is counted for each kind.
"""

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from idp.fast_path.tests.wsgi import Ask, environ, proven_by, quoted
from idp.tests.parties import BACKEND, FORM, POST_WEB, SECRETS

pytestmark = [pytest.mark.django_db, pytest.mark.spec("RFC 7662", "2.1"), pytest.mark.unmeasured]

# Requests; a nightly run or whoever has changed a rule asks more.
REQUESTS = int(os.environ.get("IDP_DIFFERENTIAL_REQUESTS", "1500"))
MOST_CHANGES = 2


@dataclass
class Sent:
    """One request before it is written down."""

    path: str
    method: str = "GET"
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    form: list[tuple[str, str]] = field(default_factory=list)
    # Put after the form as it is.
    rest: bytes = b""

    def environ(self) -> dict[str, object]:
        return environ(self.method, self.path, query=self.query, body=quoted(self.form) + self.rest, **self.headers)


def by_basic(token: str) -> Sent:
    return Sent("/oauth2/introspect", "POST", headers=proven_by(BACKEND.client_id), form=[("token", token)])


def by_post(token: str) -> Sent:
    form = [("token", token), ("client_id", POST_WEB.client_id), ("client_secret", SECRETS[POST_WEB.client_id])]
    return Sent("/oauth2/introspect", "POST", headers={"CONTENT_TYPE": FORM}, form=form)


def of_person(token: str) -> Sent:
    return Sent("/oauth2/userinfo", headers={"HTTP_AUTHORIZATION": f"Bearer {token}"})


KINDS: dict[str, Callable[[str], Sent]] = {
    "introspection, secret in the header": by_basic,
    "introspection, secret in the form": by_post,
    "userinfo": of_person,
    "key set": lambda _token: Sent("/oauth2/jwks"),
    "discovery": lambda _token: Sent("/.well-known/openid-configuration"),
    "metadata": lambda _token: Sent("/.well-known/oauth-authorization-server"),
}

# --- What is changed ------------------------------------------------------------------------------------------------------
HEADERS = {
    "HTTP_HOST": ["", "LOCALHOST:8000", "127.0.0.1", "[::1]:1", "evil.example", "local host", "localhost:x", "localhost, x"],
    "HTTP_ORIGIN": ["http://localhost:5173", "https://evil.example", "null", "http://LOCALHOST:5173"],
    "HTTP_COOKIE": ["idp_session=x", "a=b", ";"],
    "HTTP_AUTHORIZATION": [
        "",
        "Basic",
        "Basic !",
        "Basic Og==",
        "bearer x",
        "Bearer",
        "Bearer  x",
        "DPoP x",
        "Basic =",
        "\u00e9",
    ],
    "HTTP_ACCEPT": ["application/json", "application/token-introspection+jwt", "text/html", "*/*;q=0"],
    "HTTP_ACCEPT_LANGUAGE": ["fr", "*", "fr-FR,fr;q=0.5"],
    "HTTP_ACCEPT_ENCODING": ["gzip"],
    "HTTP_IF_NONE_MATCH": ["*", '"x"'],
    "HTTP_RANGE": ["bytes=0-1"],
    "HTTP_DPOP": ["x"],
    "HTTP_X_FORWARDED_FOR": ["10.0.0.1", "x"],
    "HTTP_X_FORWARDED_PROTO": ["https"],
    "HTTP_X_HTTP_METHOD_OVERRIDE": ["DELETE"],
    "HTTP_TRANSFER_ENCODING": ["chunked", "identity"],
    "CONTENT_TYPE": ["", FORM.upper(), f"{FORM};charset=utf-8", f"{FORM}; charset=latin-1", "application/json", "text/plain"],
    "CONTENT_LENGTH": ["", "0", "3", "-1", "+7", "07", "9999", "99999999", "x", "\u00b2"],
    "SCRIPT_NAME": ["/x", "/"],
    "wsgi.url_scheme": ["https"],
}
NAMES = ["token", "token_type_hint", "client_id", "client_secret", "access_token", "client_assertion", "%74oken", "x", ""]
VALUES = ["", "x", "%00", "%ff", "%C3%A9", "a+b", "%20", "access_token", BACKEND.client_id, POST_WEB.client_id, "\u00e9", "="]
PATHS = ["/oauth2/introspect/", "/oauth2/introspect/x", "/oauth2/introspect", "/oauth2/userinfo", "/oauth2/jwks", "/oauth2/token"]
BYTES = ["\x00", "&", "=", "%", "+", " ", ";", "\u00ff", "\r\n", "a", "A", "."]


def other_header(sent: Sent, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(HEADERS)))
    sent.headers[name] = data.draw(st.sampled_from(HEADERS[name]))


def one_more_field(sent: Sent, data: st.DataObject) -> None:
    added = data.draw(st.sampled_from(NAMES)), data.draw(st.sampled_from(VALUES))
    sent.form = [added, *sent.form] if data.draw(st.sampled_from("<>")) == "<" else [*sent.form, added]


def field_again_or_never(sent: Sent, data: st.DataObject) -> None:
    if sent.form:
        name = data.draw(st.sampled_from([name for name, _value in sent.form]))
        again = [pair for pair in sent.form if pair[0] == name] if data.draw(st.sampled_from("+-")) == "+" else []
        sent.form = [pair for pair in sent.form if pair[0] != name] + again * 2


def other_text_after(sent: Sent, data: st.DataObject) -> None:
    sent.rest = data.draw(
        st.sampled_from(["&", "&&", "&x", "&x=%zz", "\x00", "\u00ff", "&a=b" * 30, "&x=" + "y" * 9000])
    ).encode()


def other_method(sent: Sent, data: st.DataObject) -> None:
    sent.method = data.draw(st.sampled_from(["GET", "POST", "HEAD", "OPTIONS", "PUT", "get", "TRACE"]))


def other_path(sent: Sent, data: st.DataObject) -> None:
    sent.path = data.draw(st.sampled_from(PATHS))


def a_query(sent: Sent, data: st.DataObject) -> None:
    sent.query = data.draw(st.sampled_from(["token=x", "access_token=y", "x", "&", "client_id=demo-api", "%00"]))


def damaged_credentials(sent: Sent, data: st.DataObject) -> None:
    """One character of the header, or of a field's value, is put in, taken out or replaced."""
    places = ["HTTP_AUTHORIZATION"] if "HTTP_AUTHORIZATION" in sent.headers else []
    where = data.draw(st.sampled_from([*places, *(name for name, _value in sent.form), "nowhere"]))
    if where in sent.headers:
        sent.headers[where] = damaged(sent.headers[where], data)
    sent.form = [(name, damaged(value, data) if name == where else value) for name, value in sent.form]


def damaged(value: str, data: st.DataObject) -> str:
    at = data.draw(st.integers(0, len(value)))
    return value[:at] + data.draw(st.sampled_from(["", *BYTES])) + value[at + data.draw(st.integers(0, 1)) :]


CHANGES = (
    other_header,
    other_header,
    one_more_field,
    field_again_or_never,
    other_text_after,
    other_method,
    other_path,
    a_query,
    damaged_credentials,
    damaged_credentials,
)


# --- Both are asked -------------------------------------------------------------------------------------------------------
def test_whatever_is_asked_both_say_the_same(ask: Ask, tokens: dict[str, str]) -> None:
    answered: Counter[tuple[str, str]] = Counter()

    @settings(max_examples=REQUESTS, suppress_health_check=[HealthCheck.too_slow])
    @given(data=st.data())
    def alike(data: st.DataObject) -> None:
        # A request that is answered, for a token of any kind.
        kind = data.draw(st.sampled_from([*list(KINDS)[:3], *KINDS]))
        sent = KINDS[kind](tokens[data.draw(st.sampled_from([*["live", "own"] * 4, *tokens]))])
        for change in data.draw(st.lists(st.sampled_from(CHANGES), max_size=MOST_CHANGES)):
            change(sent, data)
        # Two of the same, because whoever reads a body has read it.
        fast, slow, sooner = ask(sent.environ)
        assert fast == slow
        answered[kind, "sooner" if sooner else "by Django"] += 1
        if sooner and fast.status == "200" and b'"sub"' in fast.body:
            answered[kind, "with a person"] += 1

    alike()
    # Each kind was asked on both sides of the line, and often enough.
    for kind in KINDS:
        assert answered[kind, "sooner"] >= REQUESTS / 50, answered
        assert answered[kind, "by Django"] >= REQUESTS / 50, answered
    for kind in list(KINDS)[:3]:
        assert answered[kind, "with a person"] >= REQUESTS / 100, answered
