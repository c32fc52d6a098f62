"""Members that nothing acts upon yet: kept when they inform, refused by name while they ask for what we do not do."""

from pathlib import Path
from typing import Any

import pytest

from idp.oidc.registry.files import RegistrationRefused
from idp.oidc.tests.fixtures import read_entries
from idp.oidc.tests.registry.test_files import GOOD

PUBLIC_KEY = {"kty": "EC", "crv": "P-256", "x": "x", "y": "y"}
WEB = "https://shop.example/x"
INFORMING: dict[str, object] = {
    "contacts": ["a@shop.example"], "tos_uri": WEB, "policy_uri": WEB, "software_id": "s", "software_version": "1",
    "client_id_issued_at": 1795376400, "client_secret_expires_at": 0, "jwks_uri": WEB, "sector_identifier_uri": WEB,
    "subject_type": "public", "default_max_age": 600, "require_auth_time": True, "default_acr_values": ["aal1"],
    "initiate_login_uri": WEB, "request_uris": [WEB], "claims_redirect_uris": [WEB],
    "authorization_details_types": ["payment"], "request_object_signing_alg": "ES256",
    "request_object_encryption_alg": "RSA-OAEP", "request_object_encryption_enc": "A128GCM",
    "token_endpoint_auth_signing_alg": "ES256", "use_mtls_endpoint_aliases": True, "tls_client_auth_subject_dn": "CN=x",
    "tls_client_auth_san_dns": "shop.example", "tls_client_auth_san_uri": "spiffe://shop/x", "tls_client_auth_san_ip": "::1",
    "tls_client_auth_san_email": "a@shop.example", "backchannel_logout_uri": WEB, "backchannel_logout_session_required": True,
    "frontchannel_logout_uri": WEB, "frontchannel_logout_session_required": True, "backchannel_token_delivery_mode": "poll",
    "backchannel_client_notification_endpoint": WEB, "backchannel_authentication_request_signing_alg": "ES256",
    "backchannel_user_code_parameter": False, "client_registration_types": ["explicit"], "signed_jwks_uri": WEB,
    "organization_name": "Shop", "description": "A shop", "keywords": ["shop"], "information_uri": WEB, "organization_uri": WEB,
    "vp_formats_supported": {}, "encrypted_response_enc_values_supported": ["A128GCM"],
}  # fmt: skip
UNPROTECTED = [
    "require_pushed_authorization_requests", "require_signed_request_object", "dpop_bound_access_tokens",
    "tls_client_certificate_bound_access_tokens",
]  # fmt: skip
ENCRYPTED = ["id_token", "userinfo", "introspection", "authorization", "nfv_token"]
SIGNED = ["userinfo", "introspection", "authorization", "nfv_token"]


def kept(folder: Path, **members: object) -> dict[str, object]:
    """What is stored of these members."""
    return read_entries([{**GOOD, **members}], folder)[0].metadata


def refusal(folder: Path, **members: object) -> str:
    """The sentences about these members."""
    with pytest.raises(RegistrationRefused) as caught:
        read_entries([{**GOOD, **members}], folder)
    return str(caught.value)


@pytest.mark.spec("RFC 7591", "4.1")
def test_registered_members_that_inform_are_kept(tmp_path: Path) -> None:
    assert kept(tmp_path, **INFORMING) == INFORMING
    keys = {"keys": [PUBLIC_KEY]}
    assert kept(tmp_path, jwks=keys) == {"jwks": keys}


@pytest.mark.spec("RFC 7591", "2.2")
def test_texts_and_pages_may_come_in_more_languages(tmp_path: Path) -> None:
    translated = {"client_name#fr": "Boutique", "client_name#en-NG": "Shop", "tos_uri#ha": WEB, "logo_uri#zh-Hant-TW": WEB}
    assert kept(tmp_path, **translated) == translated
    assert "tos_uri#ha: " in refusal(tmp_path, **{"tos_uri#ha": "javascript:alert(1)"})
    for name in ("", 7, "x" * 101, "\u202eevil"):
        assert "client_name#fr: " in refusal(tmp_path, **{"client_name#fr": name})


@pytest.mark.parametrize(
    "member", ["redirect_uris#fr", "scope#fr", "client_name#", "client_name#fr#de", "client_name#f r", "#fr"]
)
def test_only_texts_and_pages_have_languages(tmp_path: Path, member: str) -> None:
    assert f"{member}: this member is not supported" in refusal(tmp_path, **{member: "x"})


@pytest.mark.spec("RFC 9126", "6")
@pytest.mark.parametrize("member", UNPROTECTED)
def test_asking_for_protection_we_lack_is_refused(tmp_path: Path, member: str) -> None:
    said = refusal(tmp_path, **{member: True})
    assert f"client 'shop': {member}: " in said
    assert said.endswith("are not supported yet")
    assert "write true or false" in refusal(tmp_path, **{member: "true"})
    assert kept(tmp_path, **{member: False}) == {}


@pytest.mark.parametrize(
    "member",
    [
        *(f"{answer}_signed_response_alg" for answer in SIGNED),
        *(f"{answer}_encrypted_response_{part}" for answer in ENCRYPTED for part in ("alg", "enc")),
    ],
)
def test_asking_for_signed_or_encrypted_answers_is_refused(tmp_path: Path, member: str) -> None:
    said = refusal(tmp_path, **{member: "RS256"})
    assert f"client 'shop': {member}: " in said
    assert said.endswith("are not supported yet")


def test_credentials_of_another_provider_are_not_kept(tmp_path: Path) -> None:
    assert kept(tmp_path, registration_access_token="t" * 40, registration_client_uri=WEB) == {}


@pytest.mark.parametrize(
    ("member", "value", "word"),
    [
        ("default_acr_values", ["aal1", "aal3"], "no sign-in reaches aal3"), ("default_acr_values", "aal1", "list"),
        ("default_acr_values", [{}], "no sign-in reaches"),
        ("client_secret_expires_at", 1893456000, "expire"), ("client_secret_expires_at", "0", "expire"),
        ("client_secret_expires_at", False, "expire"),
        ("subject_type", "pairwise", "only public"), ("jwks", "x", "JWK Set"), ("jwks", {"keys": ["x"]}, "JWK Set"),
        ("jwks", {"keys": [PUBLIC_KEY, {**PUBLIC_KEY, "d": "canary"}]}, "private key"),
        ("jwks", {"keys": [{"kty": "oct", "k": "canary"}]}, "private key"),
        ("request_uris", WEB, "list"), ("request_uris", ["http://shop.example/x"], "https"),
        ("claims_redirect_uris", ["javascript:x"], "https"),
        *(("default_max_age", value, "whole number") for value in ("600", -1, 1.5, True, None)),
    ],
)  # fmt: skip
def test_what_is_only_kept_is_judged_today(tmp_path: Path, member: str, value: Any, word: str) -> None:  # noqa: ANN401
    said = refusal(tmp_path, **{member: value})
    assert f"{member}: " in said
    assert word in said
    assert "canary" not in said


@pytest.mark.parametrize("uri", ["javascript:alert(1)", "http://shop.example/", "file:///x", 7])
@pytest.mark.parametrize("member", [name for name, value in INFORMING.items() if value == WEB])
def test_an_address_that_is_kept_for_later_is_judged_today(tmp_path: Path, member: str, uri: object) -> None:
    assert f"{member}: " in refusal(tmp_path, **{member: uri})


def test_keys_come_in_one_way(tmp_path: Path) -> None:
    assert "not both" in refusal(tmp_path, jwks={"keys": []}, jwks_uri=WEB)


def test_every_bad_member_is_told_at_once(tmp_path: Path) -> None:
    said = refusal(tmp_path, unknown=1, dpop_bound_access_tokens=True, subject_type="pairwise")
    assert [word in said for word in ("unknown: ", "dpop_bound_access_tokens: ", "subject_type: ")] == [True] * 3
