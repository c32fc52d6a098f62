"""Which addresses are never called: by their text, and by what their name leads to."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from idp.core.outbound_targets import OutboundRefused, is_public, parse_target, require_permitted

pytestmark = pytest.mark.spec("OWASP ASVS 5.0", "1.3.6")


@pytest.fixture(autouse=True)
def in_production(settings: Settings) -> None:
    settings.IDP_MODE = "production"
    settings.IDP_OUTBOUND_ALLOW_HOSTS = ()


@pytest.mark.parametrize(
    "url",
    [
        "", "https://", "https:///x", "//partner.test/", "partner.test", "http://partner.test/", "http://localhost/", "ftp://partner.test/",
        "file:///etc/passwd", "gopher://partner.test/", "javascript:alert(1)", "https://user@partner.test/",
        "https://user:secret@partner.test/", "https://@partner.test/", "https://partner.test:0/", "https://partner.test:99999/",
        "https://partner.test:x/", "https://partner.test/a b", "https://partner.test/\r\nHost: other", "https://partner.test\\@other/",
        "https://partner.test/\x00", "https://pärtner.test/", "https://[::1%25lo]/", "https://partner%2etest/", "https://[::1/",
    ],
)  # fmt: skip
def test_these_texts_are_refused_before_anything_is_asked(url: str) -> None:
    with pytest.raises(OutboundRefused):
        parse_target(url)


@pytest.mark.parametrize(
    ("url", "host", "port", "authority", "path"),
    [
        ("https://Partner.test", "partner.test", 443, "partner.test", "/"),
        ("HTTPS://partner.test:8443/a?b=c#d", "partner.test", 8443, "partner.test:8443", "/a?b=c"),
        ("https://[2606:4700::1]/x", "2606:4700::1", 443, "[2606:4700::1]", "/x"),
    ],
)
def test_a_url_is_taken_apart(url: str, host: str, port: int, authority: str, path: str) -> None:
    target = parse_target(url)
    assert (target.host, target.port, target.authority, target.path) == (host, port, authority, path)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.1", "127.0.0.1", "127.1.2.3", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255",
        "192.0.2.1", "198.18.0.1", "203.0.113.1", "::", "::1", "fe80::1", "fc00::1",
        "fd00:ec2::254", "fec0::1", "ff02::1", "2001:db8::1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1",
        "64:ff9b::10.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::", "2002:a00:1::1", "2001:0:7f00:1::1",
    ],
)  # fmt: skip
def test_these_addresses_are_not_of_the_internet(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))
    with pytest.raises(OutboundRefused):
        require_permitted(parse_target("https://partner.test/"), ["8.8.8.8", address])


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1"])
def test_these_are(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))
    require_permitted(parse_target("https://partner.test/"), [address])


@given(st.ip_addresses())
def test_no_wrapping_makes_a_private_address_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    if isinstance(address, ipaddress.IPv4Address):
        wrapped = [ipaddress.ip_address(f"::ffff:{address}"), ipaddress.ip_address(f"64:ff9b::{address}")]
        assert [is_public(one) for one in wrapped] == [is_public(address)] * 2
    if not address.is_global:
        carrying = isinstance(address, ipaddress.IPv6Address) and (address.ipv4_mapped or address in NAT64)
        assert carrying or not is_public(address)


NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


# --- What the operator and the mode allow --------------------------------------------------------------------------------
def test_a_host_on_the_operators_list_may_be_anywhere_but_its_neighbour_may_not(settings: Settings) -> None:
    settings.IDP_OUTBOUND_ALLOW_HOSTS = ("suite.test", "127.0.0.1")
    require_permitted(parse_target("https://SUITE.test:8443/"), ["10.1.2.3"])
    for other in ("https://a.suite.test/", "https://suite.test.evil.example/", "https://2130706433/", "https://0x7f000001/"):
        with pytest.raises(OutboundRefused):
            require_permitted(parse_target(other), ["127.0.0.1"])


def test_the_list_opens_plain_http_to_this_machine_only(settings: Settings) -> None:
    settings.IDP_OUTBOUND_ALLOW_HOSTS = ("suite.test", "localhost")
    with pytest.raises(OutboundRefused):
        parse_target("http://suite.test/")
    require_permitted(parse_target("http://localhost/"), ["127.0.0.1", "::1"])
    with pytest.raises(OutboundRefused):
        require_permitted(parse_target("http://localhost/"), ["10.0.0.1"])


@pytest.mark.parametrize("mode", ["local", "demo"])
def test_a_developers_machine_reaches_itself_by_its_own_names_only(settings: Settings, mode: str) -> None:
    settings.IDP_MODE = mode
    for url in ("http://localhost:8001/", "https://127.0.0.1/", "http://[::1]:9/", "https://app.localhost/"):
        require_permitted(parse_target(url), ["127.0.0.1"])
        with pytest.raises(OutboundRefused):
            require_permitted(parse_target(url), ["10.0.0.1"])
    # Somebody else's name that leads here is still an attack on this machine.
    with pytest.raises(OutboundRefused):
        require_permitted(parse_target("https://rebound.example/"), ["127.0.0.1"])
    with pytest.raises(OutboundRefused):
        parse_target("http://rebound.example/")


@pytest.mark.parametrize("url", ["https://localhost/", "https://127.0.0.1/", "https://[::1]:9/", "https://app.localhost/"])
def test_in_production_nobody_makes_it_call_itself(url: str) -> None:
    with pytest.raises(OutboundRefused):
        require_permitted(parse_target(url), ["127.0.0.1"])
