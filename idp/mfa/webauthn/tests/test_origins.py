"""The relying party id, the origins that may use it, and the documents that tell browsers and phones."""

import json

import pytest
from django.test import Client
from pytest_django import Settings

from idp.mfa.webauthn.origins import allowed_origins, rp_id

FINGERPRINT = ":".join(["AB"] * 31 + ["0F"])
SECOND = ":".join(["01"] * 32)
APP = "net.example.app"
DOCUMENTS = ("/.well-known/webauthn", "/.well-known/assetlinks.json", "/.well-known/apple-app-site-association")


def fetched(path: str) -> object:
    """A document as any machine gets it, whatever name it used for us."""
    answer = Client().get(path, headers={"host": "spelt.differently.example"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json"), answer.content
    assert answer["Cache-Control"] == "public, max-age=3600"
    assert not answer.cookies
    return json.loads(answer.content)


@pytest.mark.parametrize(
    ("issuer", "host"), [("https://id.example.com", "id.example.com"), ("http://localhost:8000", "localhost")]
)
def test_the_site_is_the_issuers_host(settings: Settings, issuer: str, host: str) -> None:
    settings.IDP_ISSUER = issuer
    assert rp_id() == host
    assert allowed_origins() == (issuer,)


@pytest.mark.spec("WebAuthn L3", "7.1")
def test_related_pages_and_apps_are_accepted_and_nobody_else(settings: Settings) -> None:
    settings.IDP_ISSUER = "https://id.example.com"
    settings.IDP_PASSKEY_RELATED_ORIGINS = ("https://example.net",)
    settings.IDP_ANDROID_APPS = ((APP, FINGERPRINT), ("net.example.vendor", FINGERPRINT))
    hashed = "android:apk-key-hash:q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urqw8"
    assert allowed_origins() == ("https://id.example.com", "https://example.net", hashed)


@pytest.mark.parametrize("path", DOCUMENTS)
def test_what_is_not_configured_is_not_there(path: str) -> None:
    answer = Client().get(path)
    assert answer.status_code == 404
    assert json.loads(answer.content)["error_description"]


@pytest.mark.spec("WebAuthn L3", "5.11.1")
def test_related_origins_are_told(settings: Settings) -> None:
    settings.IDP_PASSKEY_RELATED_ORIGINS = ("https://example.net", "https://app.example.net")
    assert fetched(DOCUMENTS[0]) == {"origins": ["https://example.net", "https://app.example.net"]}


@pytest.mark.spec("RFC 8252", "7.2")
def test_android_learns_each_package_once(settings: Settings) -> None:
    settings.IDP_ANDROID_APPS = ((APP, FINGERPRINT), (APP, SECOND))
    target = {"namespace": "android_app", "package_name": APP, "sha256_cert_fingerprints": [FINGERPRINT, SECOND]}
    login = "delegate_permission/common.get_login_creds"
    assert fetched(DOCUMENTS[1]) == [{"relation": [login], "target": target}]
    settings.IDP_APP_LINK_PATHS = ("/mobile/*",)
    links = "delegate_permission/common.handle_all_urls"
    assert fetched(DOCUMENTS[1]) == [{"relation": [login, links], "target": target}]


@pytest.mark.spec("RFC 8252", "7.2")
def test_apple_learns_apps_and_the_addresses_that_open_them(settings: Settings) -> None:
    settings.IDP_IOS_APPS = ("ABCDE12345.net.example.app",)
    passkeys = {"webcredentials": {"apps": ["ABCDE12345.net.example.app"]}}
    assert fetched(DOCUMENTS[2]) == passkeys
    settings.IDP_APP_LINK_PATHS = ("/mobile/callback", "/mobile/open/*")
    details = {"appIDs": ["ABCDE12345.net.example.app"], "components": [{"/": "/mobile/callback"}, {"/": "/mobile/open/*"}]}
    assert fetched(DOCUMENTS[2]) == {**passkeys, "applinks": {"details": [details]}}
