"""Calling out: the judged address and no other, the certificate of the name, one deadline, one size, no redirect."""

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from idp.core import outbound
from idp.core.outbound import OutboundFailed, OutboundRefused, send
from idp.core.tests.tls_server import Partner, running_partner


@pytest.fixture
def partner(tmp_path: Path, settings: Settings) -> Iterator[Partner]:
    """A partner whose authority is known; `partner.test` is on the operator's list and leads to it."""
    with running_partner(tmp_path) as partner:
        settings.IDP_MODE = "production"
        settings.IDP_OUTBOUND_CA_FILE = partner.ca_file
        settings.IDP_OUTBOUND_ALLOW_HOSTS = ("partner.test", "localhost")
        yield partner


class Resolver:
    """Answers in the place of the system's, a list of addresses for each question, the last one for ever."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> None:
        """Take the place of `socket.getaddrinfo`."""
        self.answers, self.questions = list(answers), 0
        monkeypatch.setattr(socket, "getaddrinfo", self)

    def __call__(self, host: str, port: int, **_kind: object) -> list[Any]:
        """One question."""
        found = self.answers[min(self.questions, len(self.answers) - 1)]
        self.questions += 1
        families = [socket.AF_INET6 if ":" in address else socket.AF_INET for address in found]
        return [(family, socket.SOCK_STREAM, 6, "", (address, port)) for family, address in zip(families, found, strict=True)]


@pytest.fixture
def resolver(monkeypatch: pytest.MonkeyPatch) -> Resolver:
    """Every name leads to this machine."""
    return Resolver(monkeypatch, ["127.0.0.1"])


def url(partner: Partner, path: str, host: str = "partner.test") -> str:
    return f"https://{host}:{partner.port}{path}"


# --- What arrives -------------------------------------------------------------------------------------------------------
def test_a_request_arrives_as_it_was_meant(partner: Partner, resolver: Resolver, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    answer = send(method="POST", url=url(partner, "/path?x=1#f"), body=b"a=b", headers={"Content-Type": "text/x"})
    assert (answer.status, answer.body, answer.headers["x-seen"]) == (200, b"/path?x=1", "yes")
    ((method, path, headers, body),) = partner.requests
    assert (method, path, body) == ("POST", "/path?x=1", b"a=b")
    assert headers["host"] == f"partner.test:{partner.port}"
    assert (headers["content-type"], headers["accept-encoding"]) == ("text/x", "identity")


def test_answers_in_pieces_and_refusals_are_answers(partner: Partner, resolver: Resolver) -> None:
    assert send(method="GET", url=url(partner, "/chunked")).body == b"abcde"
    assert send(method="GET", url=url(partner, "/teapot")).status == 418
    assert send(method="GET", url=f"https://partner.test:{partner.port}").body == b"/"


# --- The name leads elsewhere -------------------------------------------------------------------------------------------
@pytest.mark.spec("OWASP ASVS 5.0", "1.3.6")
def test_a_name_is_asked_once_and_the_judged_address_is_called(partner: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    # Whoever asked a second time would call another machine.
    resolver = Resolver(monkeypatch, ["127.0.0.1"], ["192.0.2.1"])
    assert send(method="GET", url=url(partner, "/once")).status == 200
    assert resolver.questions == 1


@pytest.mark.spec("OWASP ASVS 5.0", "1.3.6")
@pytest.mark.parametrize("found", [["127.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["::ffff:127.0.0.1"], ["2606:4700::1", "fe80::1%lo"]])
def test_one_address_of_our_own_network_is_enough_to_refuse(
    partner: Partner, monkeypatch: pytest.MonkeyPatch, settings: Settings, found: list[str]
) -> None:
    settings.IDP_OUTBOUND_ALLOW_HOSTS = ()
    Resolver(monkeypatch, found)
    with pytest.raises(OutboundRefused):
        send(method="GET", url=url(partner, "/private"))
    assert partner.requests == []


def test_the_next_address_is_tried_when_one_does_not_answer(partner: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    Resolver(monkeypatch, ["127.0.0.2", "127.0.0.1"])
    monkeypatch.setattr("socket.socket.connect", refusing(socket.socket.connect, "127.0.0.2"))
    assert send(method="GET", url=url(partner, "/second")).status == 200


def refusing(connect: Any, address: str) -> Any:  # noqa: ANN401 - the socket's method
    """The same method, but nobody listens at `address`."""

    def tried(stream: socket.socket, place: tuple[str, int]) -> None:
        if place[0] == address:
            raise ConnectionRefusedError(111, "refused")
        connect(stream, place)

    return tried


def test_a_name_without_address_and_a_port_without_listener_fail(partner: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    Resolver(monkeypatch, [])
    with pytest.raises(OutboundFailed):
        send(method="GET", url=url(partner, "/"))
    Resolver(monkeypatch, ["127.0.0.1"])
    with pytest.raises(OutboundFailed, match="refused"):
        send(method="GET", url="https://partner.test:1/")


def test_a_resolver_that_fails_or_hangs_costs_no_more_than_the_deadline(
    partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    def failing(*_args: object, **_kind: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", failing)
    with pytest.raises(OutboundFailed, match="not known"):
        send(method="GET", url=url(partner, "/"))
    forever = threading.Event()

    def hanging(*_args: object, **_kind: object) -> list[Any]:
        forever.wait(60)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hanging)
    with pytest.raises(OutboundFailed, match="not resolved in time"):
        send(method="GET", url=url(partner, "/"), seconds=0.05)
    forever.set()


# --- TLS ----------------------------------------------------------------------------------------------------------------
def test_an_unknown_authority_is_not_trusted(partner: Partner, resolver: Resolver, settings: Settings) -> None:
    settings.IDP_OUTBOUND_CA_FILE = None
    with pytest.raises(OutboundFailed, match="CERTIFICATE_VERIFY_FAILED"):
        send(method="GET", url=url(partner, "/"))
    assert partner.requests == []


def test_the_certificate_must_be_that_of_the_name(partner: Partner, resolver: Resolver, settings: Settings) -> None:
    settings.IDP_OUTBOUND_ALLOW_HOSTS = ("other.test",)
    with pytest.raises(OutboundFailed, match="CERTIFICATE_VERIFY_FAILED"):
        send(method="GET", url=url(partner, "/", host="other.test"))
    assert partner.requests == []


def test_the_certificates_name_is_asked_for_although_an_address_is_called(partner: Partner, resolver: Resolver) -> None:
    assert send(method="GET", url=url(partner, "/", host="localhost")).status == 200


def test_tls_older_than_1_2_is_not_spoken(tmp_path: Path) -> None:
    assert outbound._tls(None).minimum_version == ssl.TLSVersion.TLSv1_2
    assert outbound._tls(None).verify_mode == ssl.CERT_REQUIRED
    assert outbound._tls(None).check_hostname


# --- Manners ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/redirect", "redirect"),
        ("/squeezed", "compressed"),
        ("/big", "more than 65536 bytes"),
        ("/big-unannounced", "more than 65536 bytes"),
        ("/cut", "cut short"),
        ("/not-http", "BadStatusLine"),
    ],
)
def test_answers_we_do_not_accept(partner: Partner, resolver: Resolver, path: str, why: str) -> None:
    with pytest.raises(OutboundFailed, match=why):
        send(method="GET", url=url(partner, path))
    # Nothing was followed or tried again.
    assert [asked[1] for asked in partner.requests] == [path]


def test_what_is_told_of_a_failure_is_short_text_whatever_the_other_side_sent(partner: Partner, resolver: Resolver) -> None:
    # It is logged, and kept in columns that hold no NUL.
    with pytest.raises(OutboundFailed, match="BadStatusLine") as caught:
        send(method="GET", url=url(partner, "/not-text"))
    assert caught.value.detail.isprintable()
    assert len(caught.value.detail) < 300


@pytest.mark.spec("OWASP ASVS 5.0", "13.2.6")
@pytest.mark.parametrize("path", ["/slow-body", "/slow-headers"])
def test_bytes_that_keep_dripping_do_not_move_the_deadline(partner: Partner, resolver: Resolver, path: str) -> None:
    with pytest.raises(OutboundFailed, match=r"Timeout|timed out"):
        send(method="GET", url=url(partner, path), seconds=0.3)


def test_the_callers_own_size_counts(partner: Partner, resolver: Resolver) -> None:
    assert len(send(method="GET", url=url(partner, "/big"), max_bytes=100_000).body) == 100_000
    with pytest.raises(OutboundFailed):
        send(method="GET", url=url(partner, "/path"), max_bytes=4)


# --- Plain http ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("mode", "allowed"),
    [("local", ()), ("demo", ()), ("production", ("localhost",))],
)
def test_plain_http_reaches_this_machine(tmp_path: Path, settings: Settings, mode: str, allowed: tuple[str, ...]) -> None:
    settings.IDP_MODE, settings.IDP_OUTBOUND_ALLOW_HOSTS = mode, allowed
    with running_partner(tmp_path, tls=False) as partner:
        assert send(method="GET", url=f"http://localhost:{partner.port}/x").body == b"/x"


def test_plain_http_reaches_nothing_in_production(tmp_path: Path, settings: Settings) -> None:
    settings.IDP_MODE, settings.IDP_OUTBOUND_ALLOW_HOSTS = "production", ()
    with running_partner(tmp_path, tls=False) as partner:
        with pytest.raises(OutboundRefused):
            send(method="GET", url=f"http://localhost:{partner.port}/x")
        assert partner.requests == []
