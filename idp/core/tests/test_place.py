"""`place_of`: from a file or from a trusted proxy, only when switched on; whatever file or header hold, nothing raises."""

import ipaddress
import os
import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.test import RequestFactory, override_settings
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from idp.core.place import Place, place_of
from idp.core.place_file import Found, PlaceFile, PlacesUnreadable
from idp.core.tests.places import DAKAR, LAGOS, NOWHERE, close_places, write_places

PROXY = "10.0.0.1"
COUNTRY, CITY = "X-Country", "X-City"


def place(remote: str = PROXY, **headers: str) -> Place | None:
    return place_of(RequestFactory().get("/", REMOTE_ADDR=remote, headers=headers))


def said(country: str, city: str = "") -> Place | None:
    return place(**{COUNTRY: country, CITY: city})


@pytest.fixture
def by_file(settings: Settings, tmp_path: Path) -> Iterator[None]:
    path = settings.IDP_PLACE_FILE = write_places(tmp_path / "places.mmdb")
    yield
    close_places(path)


@pytest.fixture
def by_header(settings: Settings) -> None:
    settings.IDP_TRUSTED_PROXIES = (ipaddress.ip_network("10.0.0.0/8"),)
    settings.IDP_PLACE_COUNTRY_HEADER = COUNTRY
    settings.IDP_PLACE_CITY_HEADER = CITY


def test_nothing_is_looked_up_unless_an_operator_wishes(settings: Settings) -> None:
    settings.IDP_TRUSTED_PROXIES = (ipaddress.ip_network("10.0.0.0/8"),)
    assert said("NG", "Lagos") is None
    assert place(LAGOS) is None


# --- From a file ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (LAGOS, Place(country="NG", city="Lagos")),
        (f"::ffff:{LAGOS}", Place(country="NG", city="Lagos")),
        (DAKAR, Place(country="SN", city="Dakar")),
        ("192.0.2.1", Place(country="GH")),
        (NOWHERE, None),
        ("127.0.0.1", None),
        ("2001:db9::1", None),
        ("not an address", None),
        ("", None),
    ],
)
def test_the_file_says_where_an_address_is(by_file: None, address: str, expected: Place | None) -> None:
    assert place(address) == expected


def test_behind_a_proxy_it_is_the_callers_address(by_file: None, settings: Settings) -> None:
    assert place(PROXY, **{"X-Forwarded-For": LAGOS}) is None
    settings.IDP_TRUSTED_PROXIES = (ipaddress.ip_network("10.0.0.0/8"),)
    assert place(PROXY, **{"X-Forwarded-For": LAGOS}) == Place(country="NG", city="Lagos")


@pytest.mark.disable_socket
def test_a_look_up_calls_nobody(by_file: None) -> None:
    assert place(LAGOS) is not None


@pytest.mark.parametrize("content", [b"", b"hello", b"\xab\xcd\xefMaxMind.com", b"\xab\xcd\xefMaxMind.com\xe0", os.urandom(4000)])
def test_a_file_that_is_none_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "places.mmdb"
    path.write_bytes(content)
    with pytest.raises(PlacesUnreadable, match="MaxMind"):
        PlaceFile(path)


def test_a_file_that_is_missing_or_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PlacesUnreadable, match="readable"):
        PlaceFile(tmp_path / "places.mmdb")
    with pytest.raises(PlacesUnreadable, match="another kind"):
        PlaceFile(write_places(tmp_path / "networks.mmdb", kind="GeoLite2-ASN"))


def test_whatever_byte_of_the_file_is_wrong_a_look_up_finds_something_or_nothing(tmp_path: Path) -> None:
    sound = write_places(tmp_path / "sound.mmdb").read_bytes()
    path = tmp_path / "places.mmdb"
    chance = random.Random(1)
    for at in chance.sample(range(len(sound)), min(300, len(sound))):
        path.write_bytes(sound[:at] + bytes([chance.randrange(256)]) + sound[at + 1 :])
        try:
            places = PlaceFile(path)
        except PlacesUnreadable:
            continue
        with closing(places):
            assert all(isinstance(places.find(ipaddress.ip_address(address)), Found) for address in (LAGOS, DAKAR, NOWHERE))


def test_a_file_that_is_cut_while_it_is_open_ends_nothing(tmp_path: Path) -> None:
    path = write_places(tmp_path / "places.mmdb")
    with closing(PlaceFile(path)) as places:
        os.truncate(path, 10)
        assert places.find(ipaddress.ip_address(LAGOS)) == Found()


def test_a_file_for_the_fourth_version_alone_knows_nothing_of_the_sixth(tmp_path: Path) -> None:
    with closing(PlaceFile(write_places(tmp_path / "four.mmdb", version=4))) as places:
        assert places.find(ipaddress.ip_address(LAGOS)) == Found(country="NG", city="Lagos")
        assert places.find(ipaddress.ip_address(DAKAR)) == Found()


# --- From a proxy -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("country", "city", "expected"),
    [
        ("NG", "Lagos", Place(country="NG", city="Lagos")),
        ("ng ", "  Lagos   Island ", Place(country="NG", city="Lagos Island")),
        ("SN", "", Place(country="SN")),
        ("BR", "S%C3%A3o%20Paulo", Place(country="BR", city="São Paulo")),
        ("BR", "São Paulo".encode().decode("latin-1"), Place(country="BR", city="São Paulo")),
        ("CI", "Grand-Bassam", Place(country="CI", city="Grand-Bassam")),
        ("MZ", "St. Lucia", Place(country="MZ", city="St. Lucia")),
    ],
)
def test_a_trusted_proxy_says_where(by_header: None, country: str, city: str, expected: Place) -> None:
    assert said(country, city) == expected


@pytest.mark.spec("OWASP ASVS 5.0", "4.1.3")
def test_of_anybody_else_the_header_is_ignored(by_header: None) -> None:
    assert place(LAGOS, **{COUNTRY: "NG", CITY: "Lagos"}) is None
    # Nor does it help to say that a proxy stood in between.
    assert place(LAGOS, **{COUNTRY: "NG", CITY: "Lagos", "X-Forwarded-For": PROXY}) is None


def test_the_country_alone_may_be_named(by_header: None, settings: Settings) -> None:
    settings.IDP_PLACE_CITY_HEADER = ""
    assert said("NG", "Lagos") == Place(country="NG")


@pytest.mark.parametrize("country", ["", "XX", "T1", "EU", "NGA", "N", "12", "N\x00", "ΝG", "NG,GH", "N" * 10_000])
def test_without_a_country_there_is_no_place(by_header: None, country: str) -> None:
    assert said(country, "Lagos") is None


@pytest.mark.parametrize(
    "city",
    [
        "L" * 81,
        "L" * 100_000,
        # Short once it is cleaned, and no network sends that.
        f"Lagos{' ' * 400}",
        "<script>alert(1)</script>",
        "Lagos\x00",
        "Lagos%00",
        "evil.example",
        "http://evil.example/",
        "Lagos%0D%0ASet-Cookie: a=b",
        "Lagos/Abuja",
        "Lagos\u202egnihsihp",
        "%E2%80%AE",
        "%FF%FE",
        "call 0800",
    ],
)
def test_a_city_that_is_no_name_is_left_out(by_header: None, city: str) -> None:
    found = said("NG", city.encode().decode("latin-1"))
    assert found is not None
    assert found.city == ""


@given(st.text(max_size=500), st.text(max_size=500))
def test_whatever_a_header_holds_nothing_raises_and_what_is_kept_is_short(country: str, city: str) -> None:
    trusted = (ipaddress.ip_network("10.0.0.0/8"),)
    with override_settings(IDP_TRUSTED_PROXIES=trusted, IDP_PLACE_COUNTRY_HEADER=COUNTRY, IDP_PLACE_CITY_HEADER=CITY):
        request = RequestFactory().get("/", REMOTE_ADDR=PROXY, HTTP_X_COUNTRY=country, HTTP_X_CITY=city)
        for found in (place_of(request), said("NG", city)):
            assert found is None or (len(found.text) <= 83 and Place.of_text(found.text) == found)
