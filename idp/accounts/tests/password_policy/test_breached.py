"""The look-up among breached passwords: what leaves this machine, and what happens when nobody answers."""

import hashlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from pydantic import SecretStr
from pytest_django import Settings

from idp.accounts.password_policy.breached import is_breached
from idp.accounts.password_policy.rules import complaint_about

LEAKED = "umbrella tractor violin"
DIGEST = hashlib.sha1(LEAKED.encode(), usedforsecurity=False).hexdigest().upper()


class RangeService(ThreadingHTTPServer):
    """A service on this machine that knows `LEAKED`; `asked` are the paths of its requests."""

    status = 200
    body = f"0000000000000000000000000000000000A:3\r\n{DIGEST[5:]}:42\r\n"

    def __init__(self) -> None:
        self.asked: list[str] = []
        super().__init__(("127.0.0.1", 0), _Range)


class _Range(BaseHTTPRequestHandler):
    server: RangeService

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        body = self.server.body.encode()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Quiet."""


@pytest.fixture
def service(settings: Settings) -> Iterator[RangeService]:
    server = RangeService()
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    settings.IDP_PASSWORD_RANGE_URL = f"http://127.0.0.1:{server.server_port}/range/"
    settings.IDP_OUTBOUND_ALLOW_HOSTS = ("127.0.0.1",)
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.spec("OWASP ASVS 5.0", "6.2.12")
def test_a_breached_password_is_refused_and_only_five_characters_of_its_digest_left(service: RangeService) -> None:
    assert "data breach" in str(complaint_about(SecretStr(LEAKED)))
    assert service.asked == [f"/range/{DIGEST[:5]}"]
    assert complaint_about(SecretStr("violin tractor umbrella")) is None


def test_padding_is_no_finding(service: RangeService) -> None:
    service.body = f"{DIGEST[5:]}:0\r\n"
    assert not is_breached(LEAKED)


def test_a_service_that_fails_leaves_the_decision_to_the_bundled_list(
    service: RangeService, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    service.status = 500
    assert not is_breached(LEAKED)
    settings.IDP_PASSWORD_RANGE_URL = "http://127.0.0.1:9/range/"
    assert not is_breached(LEAKED)
    assert "bundled list" in caplog.text
    assert LEAKED not in caplog.text
    assert "Many people" in str(complaint_about(SecretStr("iloveyou")))


def test_no_key_press_asks_anybody(service: RangeService) -> None:
    assert complaint_about(SecretStr(LEAKED), asks_others=False) is None
    assert service.asked == []


def test_without_an_address_nobody_is_asked(service: RangeService, settings: Settings) -> None:
    settings.IDP_PASSWORD_RANGE_URL = ""
    assert not is_breached(LEAKED)
    assert service.asked == []
