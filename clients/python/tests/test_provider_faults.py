"""The provider down, slow, broken or refusing us: 503 with a sentence and Retry-After, and never access."""

import json
import socket
from threading import Event

import pytest

from tests.conftest import Answer, Ask, Configure
from tests.provider import Provider, Reply

pytestmark = pytest.mark.django_db


def assert_unavailable(answer: Answer) -> None:
    """503 in the envelope; no challenge, because signing in again would not help."""
    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"
    assert "WWW-Authenticate" not in answer
    body = answer.json()
    assert body["success"] is False
    assert body["code"] == "provider_unavailable"
    assert "try again" in body["message"]


GARBAGE = [
    b"",
    b"not json",
    b"<html>maintenance</html>",
    b"null",
    b"[]",
    b"true",
    b"{}",
    b'{"active": "true"}',
    b'{"active": 1}',
    b'{"active": null}',
    b'{"active": true, "exp": "4102444800"}',
    b'{"active": true, "exp": true}',
    b'{"active": true, "aud": {"a": 1}}',
    b'{"active": true, "aud": [1]}',
    b'{"active": true, "scope": ["orders"]}',
    b'{"active": true, "sub": 7}',
    b'{"active": true, "roles": "admin"}',
    b'{"active": true, "is_staff": "yes"}',
    b'{"active": true, "cnf": "x"}',
    b'{"active": true, "sub": "\xff"}',
    b'{"active": true} {"active": true}',
    b"[" * 50_000,
    b'{"active": true, "padding": "' + b"x" * 70_000 + b'"}',
]


@pytest.mark.spec("RFC 7662", "2.2")
@pytest.mark.parametrize("body", GARBAGE, ids=lambda body: repr(body[:40]))
def test_malformed_answer(ask: Ask, provider: Provider, body: bytes, caplog: pytest.LogCaptureFixture) -> None:
    provider.reply = Reply(body=body)
    assert_unavailable(ask("/me", "good"))
    assert "identity provider" in caplog.text


@pytest.mark.parametrize("status", [201, 204, 400, 403, 404, 429, 500, 502, 503])
def test_unexpected_status(ask: Ask, provider: Provider, status: int, caplog: pytest.LogCaptureFixture) -> None:
    body = b"" if status == 204 else str(provider.active()).encode()
    provider.reply = Reply(status=status, body=body)
    assert_unavailable(ask("/me", "good"))
    assert f"status {status}" in caplog.text


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirect_is_not_followed(ask: Ask, provider: Provider, status: int) -> None:
    provider.reply = Reply(status=status, headers={"Location": f"{provider.issuer}/elsewhere"})
    assert_unavailable(ask("/me", "good"))
    assert [seen.path for seen in provider.seen] == ["/oauth2/introspect"]


@pytest.mark.spec("RFC 7662", "2.3")
def test_our_own_credentials_refused(
    ask: Ask, provider: Provider, configure: Configure, caplog: pytest.LogCaptureFixture
) -> None:
    configure(client_secret="outdated-secret")
    assert_unavailable(ask("/me", provider.grant()))
    assert "check CLIENT_ID (now 'demo api') and CLIENT_SECRET" in caplog.text
    assert [r.levelname for r in caplog.records if r.name == "fashionistar_auth"] == ["ERROR"]
    assert "outdated-secret" not in caplog.text


def test_connection_refused(ask: Ask, configure: Configure, caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        configure(issuer=f"http://127.0.0.1:{unused.getsockname()[1]}")
        assert_unavailable(ask("/me", "good"))
    assert "did not answer" in caplog.text


def test_unknown_host(ask: Ask, configure: Configure) -> None:
    configure(issuer="https://idp.invalid")
    assert_unavailable(ask("/me", "good"))


def test_slow_to_answer(ask: Ask, provider: Provider, configure: Configure) -> None:
    configure(read_timeout_seconds=0.2, retry_after_seconds=5)
    may_answer = Event()
    provider.reply = Reply(body=json.dumps(provider.active()).encode(), after=may_answer)
    # Came at all: the provider says nothing until the next line.
    assert_unavailable(ask("/me", "good"))
    may_answer.set()
    assert len(provider.seen) == 1, "a slow provider is not asked twice"


def test_dripping_answer(ask: Ask, provider: Provider, configure: Configure) -> None:
    # Each byte comes in time, all of them do not; and the answer after that has time enough on a busy machine.
    configure(read_timeout_seconds=2)
    provider.reply = Reply(body=b" " * 100 + b'{"active": false}', drip=0.1)
    assert_unavailable(ask("/me", "good"))
    # The half-read connection was not put back: the next answer is read from its own start.
    provider.reply = None
    assert ask("/me", provider.grant()).status_code == 200
    assert provider.seen[0].connection != provider.seen[1].connection


def test_answer_cut_short(ask: Ask, provider: Provider) -> None:
    provider.reply = Reply(body=b'{"active": true', cut_short=True)
    assert_unavailable(ask("/me", "good"))


def test_hang_up_on_a_fresh_connection_is_not_retried(ask: Ask, provider: Provider) -> None:
    provider.hangs_up = lambda _: True
    assert_unavailable(ask("/me", "good"))
    assert len(provider.seen) == 1


def test_recovers_by_itself(ask: Ask, provider: Provider) -> None:
    provider.reply = Reply(status=500)
    assert_unavailable(ask("/me", provider.grant()))
    provider.reply = None
    assert ask("/me", "good").status_code == 200


def test_the_token_reaches_no_log(ask: Ask, provider: Provider, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    for reply in (Reply(status=500), Reply(body=b"canary-token"), Reply(status=401), None):
        provider.reply = reply
        ask("/me", "canary-token")
    provider.grant("canary-token", aud=["http://other"])
    ask("/me", "canary-token")
    assert caplog.records
    assert "canary-token" not in caplog.text
