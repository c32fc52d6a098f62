"""A refusal reaches whoever is still sending, and the connection goes on; on a real server, which would end it otherwise."""

import select
from collections.abc import Iterator
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from idp.tests.live_provider import Provider, running


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    """One for this file."""
    with running(tmp_path_factory.mktemp("refusals")) as made:
        yield made


@pytest.fixture
def line(provider: Provider) -> Iterator[HTTPConnection]:
    """A connection that is never dialled again."""
    made = HTTPConnection(urlsplit(provider.issuer).netloc, timeout=60)
    made.connect()
    made.auto_open = 0
    yield made
    made.close()


REFUSED = {
    "not a form": ("POST", "/oauth2/token", 400),
    "no token": ("PATCH", "/api/v1/account/me", 401),
    "no such address": ("POST", "/nowhere", 404),
    "a document": ("POST", "/oauth2/jwks", 403),
}


@pytest.mark.spec("RFC 9112", "9.3")
@pytest.mark.parametrize(("method", "path", "status"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused_before_its_body_came_is_told_and_the_next_request_is_answered(
    line: HTTPConnection, method: str, path: str, status: int
) -> None:
    assert late_body(line, method, path, 200_000) == status
    line.request("GET", "/readyz")
    assert line.getresponse().status == 200


@pytest.mark.spec("RFC 9112", "9.3")
@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/oauth2/jwks"])
def test_a_read_whose_body_nobody_wants_is_answered_and_so_is_the_next_request(line: HTTPConnection, path: str) -> None:
    for _ in range(2):
        assert late_body(line, "GET", path, 200_000) == 200


def test_what_is_too_long_for_us_but_not_for_the_line_is_told_so(line: HTTPConnection) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    line.request("POST", "/oauth2/token", body=b"a=" + b"x" * 900_000, headers=form)
    assert line.getresponse().status == 413


def late_body(line: HTTPConnection, method: str, path: str, length: int) -> int:
    """The status of the answer to a request whose body is sent only when its head has had an answer, or a while to get one."""
    line.putrequest(method, path)
    line.putheader("Content-Type", "application/json")
    line.putheader("Content-Length", str(length))
    line.endheaders()
    select.select([line.sock], [], [], 0.5)
    line.send(b"x" * length)
    answer = line.getresponse()
    answer.read()
    return answer.status
