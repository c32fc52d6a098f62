"""Members that nothing acts upon yet: kept when they inform, refused by name while they ask for what we do not do."""

from pathlib import Path
from typing import Any

import pytest

from idp.oidc.registry.files import RegistrationRefused
from idp.oidc.registry.sync import columns_of
from idp.oidc.tests.fixtures import read_entries
from idp.oidc.tests.registry.test_files import GOOD

WEB = "https://shop.example/x"
INFORMING: dict[str, object] = {
    "contacts": ["a@shop.example"], "tos_uri": WEB, "policy_uri": WEB, "software_id": "s", "software_version": "1",
    "client_id_issued_at": 1795376400, "client_secret_expires_at": 0, "sector_identifier_uri": WEB,
    "subject_type": "public", "require_auth_time": True,
    "initiate_login_uri": WEB, "request_uris": [WEB], "claims_redirect_uris": [WEB],
    "authorization_details_types": ["payment"], "request_object_signing_alg": "ES256",
    "request_object_encryption_alg": "RSA-OAEP", "request_object_encryption_enc": "A128GCM",
    "use_mtls_endpoint_aliases": True, "tls_client_auth_subject_dn": "CN=x",
    "tls_client_auth_san_dns": "shop.example", "tls_client_auth_san_uri": "spiffe://shop/x", "tls_client_auth_san_ip": "::1",
    "tls_client_auth_san_email": "a@shop.example",
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
SIGNED = ["introspection", "authorization", "nfv_token"]


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
        ("client_secret_expires_at", 1893456000, "expire"), ("client_secret_expires_at", "0", "expire"),
        ("client_secret_expires_at", False, "expire"),
        ("subject_type", "pairwise", "only public"),
        ("request_uris", WEB, "list"), ("request_uris", ["http://shop.example/x"], "https"),
        ("claims_redirect_uris", ["javascript:x"], "https"),
    ],
)  # fmt: skip
def test_what_is_only_kept_is_judged_today(tmp_path: Path, member: str, value: Any, word: str) -> None:  # noqa: ANN401 - any JSON
    said = refusal(tmp_path, **{member: value})
    assert f"{member}: " in said
    assert word in said
    assert "canary" not in said


@pytest.mark.spec("OIDC Dynamic Registration", "2")
@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("default_max_age", "600"),
        ("default_max_age", -1),
        ("default_max_age", 1.5),
        ("default_max_age", True),
        ("default_max_age", 2**31),
        ("default_acr_values", "aal1"),
        ("default_acr_values", [{}]),
        ("default_acr_values", ["aal1", "aal3"]),
    ],
)
def test_defaults_of_requests_are_judged(tmp_path: Path, member: str, value: object) -> None:
    assert f"{member}" in refusal(tmp_path, **{member: value})


@pytest.mark.parametrize("uri", ["javascript:alert(1)", "http://shop.example/", "file:///x", 7])
@pytest.mark.parametrize("member", [name for name, value in INFORMING.items() if value == WEB])
def test_an_address_that_is_kept_for_later_is_judged_today(tmp_path: Path, member: str, uri: object) -> None:
    assert f"{member}: " in refusal(tmp_path, **{member: uri})


def test_every_bad_member_is_told_at_once(tmp_path: Path) -> None:
    said = refusal(tmp_path, unknown=1, dpop_bound_access_tokens=True, subject_type="pairwise")
    assert [word in said for word in ("unknown: ", "dpop_bound_access_tokens: ", "subject_type: ")] == [True] * 3


@pytest.mark.spec("OIDC Back-Channel Logout", "2.2")
@pytest.mark.parametrize(
    "uri", ["http://shop.example/x", "https://shop.example/x#y", "https://*.shop.example/x", "shop", "ftp://a/b"]
)
def test_a_logout_address_is_https_or_on_this_machine(tmp_path: Path, uri: str) -> None:
    assert "backchannel_logout_uri" in refusal(tmp_path, backchannel_logout_uri=uri)


_LABEL = "a" * 63


@pytest.mark.spec("OWASP ASVS 5.0", "1.3.6")
@pytest.mark.parametrize(
    ("uri", "word"),
    [
        (f"https://{'.'.join([_LABEL] * 3)}.{'a' * 62}/x", "at most 253 characters"),
        (f"https://{'.'.join([_LABEL] * 3)}.{'a' * 61}:8443/x", "at most 253 characters"),
        (f"https://{'a' * 64}.example/x", "1 to 63 characters"),
        ("https://shop..example/x", "1 to 63 characters"),
        (f"https://shop.example/{'a' * 1980}", "longer than 2000"),
    ],
)
def test_an_address_we_call_has_a_host_that_can_exist_and_fits_where_it_is_kept(tmp_path: Path, uri: str, word: str) -> None:
    assert word in refusal(tmp_path, backchannel_logout_uri=uri)
    assert word in refusal(tmp_path, token_endpoint_auth_method="private_key_jwt", jwks_uri=uri)


@pytest.mark.spec("OIDC Back-Channel Logout", "2.2")
@pytest.mark.parametrize(
    "uri", [f"https://{'.'.join([_LABEL] * 3)}.{'a' * 61}/x", WEB, "https://shop.example:8443/x?y=z", "http://127.0.0.1:9/x"]
)
def test_a_logout_address_is_stored_with_the_client(tmp_path: Path, uri: str) -> None:
    (entry,) = read_entries([{**GOOD, "backchannel_logout_uri": uri, "backchannel_logout_session_required": True}], tmp_path)
    columns = columns_of(entry)
    assert (columns["backchannel_logout_uri"], columns["backchannel_logout_session_required"]) == (uri, True)
