"""`client_address`: one caller is one bucket, whatever headers say; nothing raises."""

import ipaddress
from typing import Any

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from idp.core.client_address import address_bucket

PROXY = "10.0.0.1"
CALLER = "203.0.113.7"


def bucket(remote: str | None = CALLER, **headers: Any) -> str:  # noqa: ANN401 - WSGI variables
    request = RequestFactory().get("/", **headers)
    request.META.pop("REMOTE_ADDR")
    if remote is not None:
        request.META["REMOTE_ADDR"] = remote
    return address_bucket(request)


@pytest.fixture
def behind_proxies(settings: Settings) -> None:
    networks = ("10.0.0.0/8", "fd00::/8")
    settings.IDP_TRUSTED_PROXIES = tuple(ipaddress.ip_network(network) for network in networks)


LIES: list[dict[str, str]] = [
    {"HTTP_X_FORWARDED_FOR": "198.51.100.1"},
    {"HTTP_X_FORWARDED_FOR": "127.0.0.1, 10.0.0.1"},
    {"HTTP_X_FORWARDED_FOR": "x" * 10_000},
    {"HTTP_X_FORWARDED_FOR": "\x00\r\n\u202e"},
    {"HTTP_FORWARDED": "for=198.51.100.1"},
    {"HTTP_X_REAL_IP": "198.51.100.1"},
    {"HTTP_X_CLIENT_IP": "198.51.100.1", "HTTP_CF_CONNECTING_IP": "198.51.100.1", "HTTP_TRUE_CLIENT_IP": "198.51.100.1"},
    {"HTTP_REMOTE_ADDR": "198.51.100.1", "X_FORWARDED_FOR": "198.51.100.1"},
]


@pytest.mark.spec("OWASP ASVS 5.0", "6.3.1")
@pytest.mark.parametrize("headers", LIES)
def test_without_a_trusted_proxy_no_header_changes_the_bucket(headers: dict[str, str]) -> None:
    assert bucket(**headers) == CALLER


@pytest.mark.spec("OWASP ASVS 5.0", "6.3.1")
@pytest.mark.parametrize("headers", LIES)
def test_beside_a_trusted_proxy_a_direct_caller_still_cannot_lie(behind_proxies: None, headers: dict[str, str]) -> None:
    assert bucket(**headers) == CALLER


@pytest.mark.parametrize(
    "header",
    [
        CALLER,
        f"{CALLER}:4711",
        f" {CALLER} ",
        f"198.51.100.1, {CALLER}",
        f"127.0.0.1, 10.9.9.9, {CALLER}, 10.0.0.2",
        f"garbage,,{CALLER}, 10.0.0.2:80,fd00::2, [fd00::2]:443",
        f"{'9' * 10_000}, {CALLER}",
        f"{'1.1.1.1,' * 5000} {CALLER}",
        f"::ffff:{CALLER}",
    ],
)
def test_behind_a_trusted_proxy_the_right_most_foreign_address_counts(behind_proxies: None, header: str) -> None:
    assert bucket(PROXY, HTTP_X_FORWARDED_FOR=header) == CALLER


@pytest.mark.parametrize("header", ["", ",", "unknown", "x" * 10_000, "999.1.1.1", "1.2.3", "[::1", "fe80::1%eth0", "_hidden"])
def test_what_no_proxy_writes_is_counted_under_the_proxy(behind_proxies: None, header: str) -> None:
    assert bucket(PROXY, HTTP_X_FORWARDED_FOR=header) == PROXY


def test_other_headers_are_not_read_behind_a_proxy_either(behind_proxies: None) -> None:
    lies = {"HTTP_FORWARDED": "for=1.2.3.4", "HTTP_X_REAL_IP": "1.2.3.4"}
    assert bucket(PROXY, HTTP_X_FORWARDED_FOR=CALLER, **lies) == CALLER


@pytest.mark.parametrize(
    ("remote", "expected"),
    [
        ("2001:db8:1:2::7", "2001:db8:1:2::/64"),
        ("2001:0DB8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::7]:4711", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::7", "2001:db8:1:3::/64"),
        ("::ffff:203.0.113.7", CALLER),
        ("203.0.113.7:4711", CALLER),
        ("", "unknown"),
        (None, "unknown"),
        ("/run/idp.sock", "unknown"),
    ],
)
def test_one_network_is_one_bucket_however_it_is_written(remote: str | None, expected: str) -> None:
    assert bucket(remote) == expected


@given(remote=st.text(max_size=60), header=st.text(max_size=300))
def test_nothing_raises(remote: str, header: str) -> None:
    assert bucket(remote, HTTP_X_FORWARDED_FOR=header)
    assert bucket("127.0.0.1", HTTP_X_FORWARDED_FOR=header) == "127.0.0.1"
