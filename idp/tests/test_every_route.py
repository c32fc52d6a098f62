"""Whatever is sent to whichever route, new ones included: never a fault, always a sentence, and a log line that is one line.

Headers, bodies, methods and paths are hostile by choice and by chance, the same ones at every run. `IDP_ROUTE_EXAMPLES=5000`
looks for new ones instead.
"""

import io
import json
import logging
import logging.config
import os
import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.stdlib import ProcessorFormatter

from idp.config.logging import logging_config
from idp.tests.journey import Answer
from idp.tests.test_messages import readable
from idp.tests.url_map import Route, all_routes

pytestmark = pytest.mark.django_db

METHODS = ("GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "get", "X" * 300, "GET\x1b[2J")
# As WSGI names them: a header with an underscore arrives under the same name as the one with a hyphen (PEP 3333).
NAMES = (
    "HTTP_USER_AGENT", "HTTP_REFERER", "HTTP_COOKIE", "HTTP_AUTHORIZATION", "HTTP_ACCEPT", "HTTP_ACCEPT_LANGUAGE", "HTTP_HOST",
    "HTTP_ACCEPT_ENCODING", "HTTP_ORIGIN", "HTTP_X_CSRFTOKEN", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PROTO", "HTTP_FORWARDED", "HTTP_X_REQUEST_ID", "HTTP_X_HTTP_METHOD_OVERRIDE", "HTTP_IF_NONE_MATCH",
    "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE", "HTTP_TRANSFER_ENCODING", "HTTP_CONTENT_ENCODING", "HTTP_SEC_FETCH_SITE",
    "HTTP_ACCESS_CONTROL_REQUEST_METHOD", "HTTP_ACCESS_CONTROL_REQUEST_HEADERS", "HTTP_DPOP", "HTTP_X__ODD", "REMOTE_ADDR",
)  # fmt: skip
VALUES = st.one_of(
    st.sampled_from(
        (
            "", "x" * 10_000, "a\r\nSet-Cookie: idp_session=x", "a\nb", "\x1b[31mred\x07", "\0", "ä", "\xff\xfe\xc3(", ",",
            ",," * 200, "a=b; " * 500, "idp_session=" + "a" * 32, 'idp_session="\\000\\012"', "idp_browser=x.y",
            "idp_csrf=" + "a" * 32, "=;=", "Bearer fst_at_x", "Basic Og==", "Basic ////", "Basic " + "A" * 9000,
            "Bearer a, Bearer b", "DPoP x", "null",
            "https://evil.example", "localhost:99999", "[::1", "127.0.0.1, 127.0.0.1", "text/html;q=x, */*;q=9", "POST",
            "gzip, deflate", "chunked", "bytes=0-1,5-", 'W/"x"', "Thu, 99 Foo 20x6", "zz-ZZ" * 100, "../../etc/passwd",
        )
    ),
    st.text(st.characters(codec="latin-1"), max_size=60),
)  # fmt: skip
TYPES = st.sampled_from(
    (
        "application/x-www-form-urlencoded", "application/json", "multipart/form-data", "multipart/form-data; boundary=x",
        "text/plain", "", "application/x-www-form-urlencoded; charset=klingon", "application/json; charset=utf-16", "\x00/\xff",
    )
)  # fmt: skip
BODIES = st.one_of(
    st.binary(max_size=120),
    st.sampled_from(
        (
            b"", b"{}", b"[]", b"null", b'{"a": ' * 3000, b"[" * 50_000, b'{"a": 1e999, "a": "\\ud800"}', b'"\xff"', b"a=1&a=2",
            b"&" * 500, b"&".join(b"f%d=1" % number for number in range(300)), b"%", b"token=%00", b"grant_type=%ff%fe",
            b"x" * 300_000,
            b"--x\r\nContent-Disposition: form-data; name=", b"username=" + b"\xed\xa0\x80", b"client_id=demo-spa&token=x",
        )
    ),
)  # fmt: skip
TAILS = st.one_of(
    st.just(""),
    st.sampled_from(
        ("/", "//", ";x", "/..;/", "%00", "/%0d%0aSet-Cookie:%20a", "%1b[2J", "/" + "x" * 5000, "?a=1&a=2", "?next=//evil")
    ),
    st.text(max_size=20).map(lambda text: "?" + quote(text, safe="=&")),
)
PROFILE = settings(
    max_examples=int(os.environ.get("IDP_ROUTE_EXAMPLES", "200")),
    derandomize="IDP_ROUTE_EXAMPLES" not in os.environ,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What a provider logs at DEBUG, as it stands on standard output."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    logging.config.dictConfig(logging_config("DEBUG"))
    output = io.StringIO()
    (handler,) = (handler for handler in root.handlers if isinstance(handler.formatter, ProcessorFormatter))
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(output)
    yield output
    root.handlers = before
    root.setLevel(level)


@PROFILE
@given(
    route=st.sampled_from(all_routes()),
    method=st.sampled_from(METHODS),
    headers=st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=4),
    kind=TYPES,
    body=BODIES,
    tail=TAILS,
)
def test_nothing_anybody_sends_is_a_fault(
    *, clients: None, written: io.StringIO, route: Route, method: str, headers: dict[str, str], kind: str, body: bytes, tail: str
) -> None:
    written.seek(0)
    written.truncate()
    http = Client(enforce_csrf_checks=True, raise_request_exception=False)
    path, _mark, query = f"{route.address}{tail}".partition("?")
    answer = http.generic(method, path, body, content_type=kind, QUERY_STRING=query, **headers)  # type: ignore[arg-type]
    assert_answered(answer, has_body=method != "HEAD")
    assert_plain(written.getvalue())


def assert_answered(answer: Answer, *, has_body: bool) -> None:
    """No fault; a refusal has a sentence; no header of the answer was written by the request."""
    assert answer.status_code < 500, answer.content
    assert not re.search(rb"Traceback|File \"/", b"" if answer.streaming else answer.content)
    # A cookie that is no session of ours may be taken away, never given.
    assert "idp_session" not in answer.cookies or not answer.cookies["idp_session"].value
    for name, value in answer.headers.items():
        assert not re.search(r"[\r\n\0\x1b]", f"{name}{value}")
    assert "evil" not in answer.get("Location", "").partition("?")[0]
    if answer.status_code >= 400 and has_body:
        readable(answer)


def assert_plain(log: str) -> None:
    """One event, one line, and no character that a terminal acts upon, also where a reader of the log has decoded it."""
    assert log.endswith("\n")
    for line in log.removesuffix("\n").split("\n"):
        assert len(line) < 60_000
        entry = json.loads(line)
        assert entry["event"]
        assert not [text for text in texts(entry) if re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029]", text)]


def texts(value: object) -> Iterator[str]:
    """Every text in a log entry, names included."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield str(name)
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)
    else:
        yield str(value)
