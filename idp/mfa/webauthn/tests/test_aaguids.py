"""Names of makes: well-known ones are found in every spelling, the rest is nobody's."""

import uuid

import pytest

from idp.mfa.webauthn.aaguids import name_of


@pytest.mark.parametrize(
    ("aaguid", "name"),
    [
        ("ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4", "Google Password Manager"),
        ("FBFC3007-154E-4ECC-8C0B-6E020557D7BD", "iCloud Keychain"),
        ("d548826e79b4db40a3d811116f7e8349", "Bitwarden"),
        (uuid.UUID("2fc0579f-8113-47ea-b116-bb5a8db9202a"), "YubiKey 5 NFC"),
        ("00000000-0000-0000-0000-000000000000", None),
        ("12345678-1234-1234-1234-123456789abc", None),
        ("", None),
        ("not an id", None),
    ],
)
def test_a_make_has_its_name(aaguid: str | uuid.UUID, name: str | None) -> None:
    assert name_of(aaguid) == name
