"""The variables of place and fingerprint: off by themselves, and what cannot be meant keeps the provider from starting."""

from pathlib import Path

import pytest

from idp.config.tests.test_env import SECRETS, load, refusal, refusal_of
from idp.core.tests.places import write_places

BY_HEADER = {"IDP_TRUSTED_PROXIES": "10.0.0.0/8", "IDP_PLACE_COUNTRY_HEADER": "CF-IPCountry"}


def test_nothing_is_kept_by_itself() -> None:
    environment = load()
    assert (environment.place_file, environment.device_fingerprint) == (None, False)
    assert (environment.place_country_header, environment.place_city_header) == ("", "")


def test_what_is_named_is_typed(tmp_path: Path) -> None:
    path = write_places(tmp_path / "places.mmdb")
    assert load(IDP_PLACE_FILE=str(path)).place_file == path
    environment = load(**BY_HEADER, IDP_PLACE_CITY_HEADER="CF-IPCity", IDP_DEVICE_FINGERPRINT="on")
    assert (environment.place_country_header, environment.place_city_header) == ("CF-IPCountry", "CF-IPCity")
    assert environment.device_fingerprint is True


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("IDP_PLACE_FILE", "/does/not/exist", "exists"),
        ("IDP_PLACE_FILE", "/", "exists"),
        ("IDP_PLACE_FILE", __file__, "MaxMind's format"),
        ("IDP_PLACE_COUNTRY_HEADER", "CF-IPCountry", "needs IDP_TRUSTED_PROXIES"),
        ("IDP_PLACE_COUNTRY_HEADER", "CF_IPCountry", "letters, digits and dashes"),
        ("IDP_PLACE_COUNTRY_HEADER", "X: a", "letters, digits and dashes"),
        ("IDP_PLACE_CITY_HEADER", "CF-IPCity", "beside IDP_PLACE_COUNTRY_HEADER"),
        ("IDP_DEVICE_FINGERPRINT", "perhaps", "on or off"),
    ],
)
def test_what_cannot_be_meant_keeps_the_provider_from_starting(name: str, text: str, reason: str) -> None:
    assert reason in refusal_of(name, text)


def test_a_file_of_another_kind_and_two_sources_are_refused(tmp_path: Path) -> None:
    assert "another kind" in refusal_of("IDP_PLACE_FILE", str(write_places(tmp_path / "networks.mmdb", kind="GeoLite2-ASN")))
    path = write_places(tmp_path / "places.mmdb")
    (problem,) = refusal({**SECRETS, **BY_HEADER, "IDP_PLACE_FILE": str(path)})
    assert "two sources" in problem
