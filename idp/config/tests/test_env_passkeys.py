"""The variables of passkeys and remembered devices: what an operator may name, and in which spelling."""

import uuid
from pathlib import Path

import pytest

from idp.config.env_passkeys import AndroidApp
from idp.config.tests.test_env import load, refusal_of

FINGERPRINT = ":".join(["AB"] * 32)


def test_nothing_is_trusted_by_itself() -> None:
    environment = load()
    assert (environment.passkey_related_origins, environment.android_apps, environment.ios_apps) == ((), (), ())
    assert environment.app_link_paths == ()
    assert environment.passkey_staff_aaguids == frozenset()
    assert environment.passkey_metadata_file is None


def test_what_is_named_is_typed(tmp_path: Path) -> None:
    for name in ("blob", "root"):
        (tmp_path / name).touch()
    environment = load(
        IDP_PASSKEY_RELATED_ORIGINS="https://example.net, https://app.example.net/",
        IDP_ANDROID_APPS=f"net.example.app={FINGERPRINT.lower()},net.example.app={FINGERPRINT}",
        IDP_IOS_APPS="ABCDE12345.net.example.app",
        IDP_APP_LINK_PATHS="/mobile/callback,/mobile/open/*",
        IDP_PASSKEY_STAFF_AAGUIDS="2FC0579F-8113-47EA-B116-BB5A8DB9202A",
        IDP_PASSKEY_METADATA_FILE=str(tmp_path / "blob"),
        IDP_PASSKEY_METADATA_ROOT_FILE=str(tmp_path / "root"),
    )
    assert environment.passkey_related_origins == ("https://example.net", "https://app.example.net")
    assert environment.android_apps == (AndroidApp("net.example.app", FINGERPRINT),) * 2
    assert environment.ios_apps == ("ABCDE12345.net.example.app",)
    assert environment.app_link_paths == ("/mobile/callback", "/mobile/open/*")
    assert environment.passkey_staff_aaguids == {uuid.UUID("2fc0579f-8113-47ea-b116-bb5a8db9202a")}
    assert environment.passkey_metadata_file == tmp_path / "blob"


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("IDP_PASSKEY_RELATED_ORIGINS", "http://example.net", "https origins only"),
        ("IDP_PASSKEY_RELATED_ORIGINS", "https://example.net/shop", "no path"),
        ("IDP_PASSKEY_RELATED_ORIGINS", "https://example.net,", "empty entry"),
        ("IDP_ANDROID_APPS", "net.example.app", "SHA-256"),
        ("IDP_ANDROID_APPS", f"app={FINGERPRINT}", "SHA-256"),
        ("IDP_ANDROID_APPS", f"net.example.app={FINGERPRINT[3:]}", "SHA-256"),
        ("IDP_IOS_APPS", "net.example.app", "ten characters"),
        ("IDP_APP_LINK_PATHS", "mobile", "paths such as"),
        ("IDP_APP_LINK_PATHS", "/*", "paths such as"),
        ("IDP_APP_LINK_PATHS", "/oauth2/*", "where people sign in"),
        ("IDP_APP_LINK_PATHS", "/login", "where people sign in"),
        ("IDP_APP_LINK_PATHS", "/mobile/*", "needs an app"),
        ("IDP_PASSKEY_STAFF_AAGUIDS", "YubiKey", "AAGUIDs"),
        ("IDP_PASSKEY_STAFF_AAGUIDS", "00000000-0000-0000-0000-000000000000", "zeros"),
        ("IDP_PASSKEY_METADATA_FILE", "/does/not/exist", "exists"),
        ("IDP_PASSKEY_METADATA_FILE", __file__, "needs IDP_PASSKEY_METADATA_ROOT_FILE"),
        ("IDP_PASSKEY_METADATA_ROOT_FILE", __file__, "beside IDP_PASSKEY_METADATA_FILE"),
    ],
)
def test_what_cannot_be_meant_keeps_the_provider_from_starting(name: str, text: str, reason: str) -> None:
    assert reason in refusal_of(name, text)


@pytest.mark.parametrize("days", ["-1", "91", "30.0", "a month"])
def test_a_device_is_remembered_for_at_most_ninety_days_or_not_at_all(days: str) -> None:
    assert load().remember_device_days == 30
    assert load(IDP_REMEMBER_DEVICE_DAYS="0").remember_device_days == 0
    assert load(IDP_REMEMBER_DEVICE_DAYS="90").remember_device_days == 90
    assert "90" in refusal_of("IDP_REMEMBER_DEVICE_DAYS", days)
