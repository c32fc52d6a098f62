"""`client_address`: nobody but a configured proxy may speak for another address."""

import ipaddress

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from idp.core.client_address import client_address


@pytest.fixture
def _proxies(settings: Settings) -> None:
    networks = (ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("2001:db8::/32"))
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"trusted_proxies": networks})


def _seen(peer: str, forwarded: str | None = None) -> str:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    return client_address(RequestFactory(REMOTE_ADDR=peer).get("/", headers=headers))


def test_without_configured_proxies_the_header_is_not_read() -> None:
    assert _seen("203.0.113.9", "198.51.100.1") == "203.0.113.9"
    assert _seen("10.0.0.1", "198.51.100.1") == "10.0.0.1"


@pytest.mark.usefixtures("_proxies")
@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        # A caller invents an address; our proxy appends the true one.
        ("10.0.0.1", "127.0.0.1, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "127.0.0.1, 198.51.100.1, 10.9.9.9", "198.51.100.1"),
        # A stranger that is no proxy of ours.
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        # Only our own machines are between.
        ("10.0.0.1", "10.0.0.2", "10.0.0.2"),
        ("10.0.0.1", None, "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1, <script>", "10.0.0.1"),
        ("::ffff:10.0.0.1", "2001:DB9::1", "2001:db9::1"),
        ("2001:db8::7", "198.51.100.1", "198.51.100.1"),
        ("", "198.51.100.1", ""),
    ],
)
def test_proxies_are_believed_from_the_right(peer: str, forwarded: str | None, client: str) -> None:
    assert _seen(peer, forwarded) == client
