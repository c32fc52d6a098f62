"""Registrations are read from folders and files; what is wrong is named by file, client and field, and nothing is applied."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from idp.oidc.models import Client
from idp.oidc.registry.files import RegistrationRefused, deployment_variables, read_registrations
from idp.oidc.tests.fixtures import REGISTRY, deployment, read_entries

SECRET = "s" * 48
GOOD: dict[str, Any] = {
    "client_id": "shop", "client_name": "Shop", "client_secret": SECRET, "redirect_uris": ["https://shop.example/cb"],
}  # fmt: skip
PUBLIC = {"client_id": "spa", "client_name": "Spa", "token_endpoint_auth_method": "none", "redirect_uris": ["https://s.example/"]}
UNSAFE = [
    "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "vbscript:x", "blob:https://x", "about:blank",
    "ftp://x.example/cb",
    "http://shop.example/cb", "http://127.0.0.1.evil.example/cb", "http://localhost.evil.example/cb", "http://10.0.0.1/cb",
    "http://localhost@evil.example/cb", "https://*.shop.example/cb", "https://shop.example/*", "https://shop.example/cb#f",
    "https://shop.example/cb#", "https://user@shop.example/cb", "https://user:pw@shop.example/cb",
    "https://:pw@shop.example/cb",
    "https://", "https:///cb", "//shop.example/cb", "/cb", "cb", "", " https://shop.example/cb", "https://shop.example/c b",
    "https://shop.example/cb\n", "https://shop.example\\@evil.example/", "https://sh\u00f6p.example/cb",
    "https://shop.example:99999/",
    "https://shop.example:x/", "https://[::1", "com.shop.app:/cb", "urn:ietf:wg:oauth:2.0:oob", "*",
]  # fmt: skip


@pytest.fixture
def refused(tmp_path: Path) -> Callable[..., str]:
    """The sentences about one entry built on `GOOD`; None removes a member."""

    def judge(**changes: object) -> str:
        entry = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
        with pytest.raises(RegistrationRefused) as caught:
            read_entries([entry], tmp_path)
        assert all(f"clients.json: client {entry.get('client_id', '(no client_id)')!r}" in line for line in caught.value.problems)
        return str(caught.value)

    return judge


# --- What may stand where -----------------------------------------------------------------------------------------------
@pytest.mark.spec("RFC 7591", "2")
def test_the_platforms_own_registrations_are_good() -> None:
    read = {entry.client_id: entry for entry in read_registrations(REGISTRY, deployment())}
    assert set(read) == {
        "demo-api", "demo-spa", "fashionistar-backend", "fashionistar-mobile", "fashionistar-web-bff", "fashionistar-web",
    }  # fmt: skip
    assert read["demo-spa"].redirect_uris[0] == "http://localhost:5173/callback"
    assert "admin" not in read["fashionistar-mobile"].scope.split()
    assert all(entry.require_pkce for entry in read.values())


def test_an_array_an_object_a_file_and_a_folder_read_alike(tmp_path: Path) -> None:
    lines = "\n".join(f"{name} = {json.dumps(value)}" for name, value in GOOD.items())
    (tmp_path / "folder").mkdir()
    sources = {
        "array.json": json.dumps([GOOD]),
        "object.json": json.dumps({"clients": [GOOD]}),
        "single.json": json.dumps(GOOD),
        "single.toml": lines,
        "many.toml": "[[clients]]\n" + lines,
        "folder/shop.toml": lines,
    }
    for name, text in sources.items():
        (tmp_path / name).write_text(text)
    read = [read_registrations(tmp_path / name, {}) for name in [*sources, "folder"]]
    assert all(entries == read[0] for entries in read)
    assert len(read[0]) == 1


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad.toml").write_text("client_id = ")
    (tmp_path / "bad.json").write_text("[")
    (tmp_path / "latin.json").write_bytes(b'["\xff"]')
    for name in ("missing.json", "bad.toml", "bad.json", "latin.json", "empty"):
        with pytest.raises(RegistrationRefused, match=name):
            read_registrations(tmp_path / name, {})


@pytest.mark.parametrize("entry", ["text", 7, None, ["list"]])
def test_an_entry_that_is_no_table_is_named(tmp_path: Path, entry: object) -> None:
    (tmp_path / "c.json").write_text(json.dumps([entry]))
    with pytest.raises(RegistrationRefused, match="must be a table"):
        read_registrations(tmp_path / "c.json", {})


def test_a_toml_date_is_a_wrong_value_and_not_a_fault(tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text("client_id = 2026-11-22\nclient_name = 2026-11-22T10:00:00Z\n")
    with pytest.raises(RegistrationRefused, match="redirect_uris"):
        read_registrations(tmp_path / "c.toml", {})


def test_every_problem_of_every_entry_is_told_at_once(tmp_path: Path) -> None:
    bad = [
        {**GOOD, "client_id": "one", "scope": "nonsense"},
        {**GOOD, "client_id": "two", "dpop_bound_access_tokens": True},
        GOOD,
    ]
    with pytest.raises(RegistrationRefused) as caught:
        read_entries(bad, tmp_path)
    assert [line.split("client ")[1].split(":")[0] for line in caught.value.problems] == ["'one'", "'two'"]


def test_a_client_named_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RegistrationRefused, match="'shop' is registered twice"):
        read_entries([GOOD, GOOD], tmp_path)


# --- Addresses (threat C5) ----------------------------------------------------------------------------------------------
@pytest.mark.spec("RFC 9700", "4.1.3")
@pytest.mark.parametrize("uri", UNSAFE)
def test_an_unsafe_redirect_uri_is_refused(refused: Callable[..., str], uri: str) -> None:
    refused(redirect_uris=["https://shop.example/cb", uri])
    refused(post_logout_redirect_uris=[uri])


@pytest.mark.parametrize("member", ["client_uri", "logo_uri", "default_resource"])
@pytest.mark.parametrize(
    "uri", ["javascript:alert(1)", "http://shop.example/", "https://u@x.example", "relative", "https://x/#f"]
)
def test_every_other_address_must_be_safe_too(refused: Callable[..., str], member: str, uri: str) -> None:
    assert member in refused(**{member: uri})


@pytest.mark.parametrize(
    "member", ["tos_uri", "policy_uri", "initiate_login_uri", "backchannel_logout_uri", "frontchannel_logout_uri"]
)
@pytest.mark.parametrize("uri", ["javascript:alert(1)", "http://shop.example/", "file:///x", 7])
def test_an_address_that_is_kept_for_later_is_judged_today(refused: Callable[..., str], member: str, uri: object) -> None:
    assert member in refused(**{member: uri})


@pytest.mark.spec("RFC 8252", "7.1")
@pytest.mark.parametrize("scheme", ["myapp", "https", "javascript", "Com.Shop", "com.", ".com", "com shop.app", "1com.app"])
def test_a_private_scheme_is_a_reversed_domain_name(refused: Callable[..., str], scheme: str) -> None:
    refused(application_type="native", allowed_schemes=[scheme], redirect_uris=[f"{scheme}:/cb"])


@pytest.mark.spec("RFC 8252", "7.1")
@pytest.mark.parametrize("uri", ["com.shop.app://cb", "com.shop.app:cb", "com.shop.app:", "com.other.app:/cb"])
def test_a_private_address_has_one_slash_and_a_listed_scheme(refused: Callable[..., str], uri: str) -> None:
    refused(application_type="native", allowed_schemes=["com.shop.app"], redirect_uris=[uri])


def test_private_schemes_are_for_native_apps(refused: Callable[..., str]) -> None:
    assert "native" in refused(allowed_schemes=["com.shop.app"])


@pytest.mark.parametrize(
    "origin", ["https://x.example/", "https://x.example/path", "https://x.example?x", "null", "*", "http://x.example"]
)
def test_an_allowed_origin_is_an_origin(refused: Callable[..., str], origin: str) -> None:
    assert "allowed_origins" in refused(allowed_origins=[origin])


# --- Members ------------------------------------------------------------------------------------------------------------
@pytest.mark.spec("RFC 7591", "2")
@pytest.mark.parametrize(
    "member",
    [
        "jwks", "jwks_uri", "request_object_signing_alg", "require_pushed_authorization_requests", "dpop_bound_access_tokens",
        "tls_client_certificate_bound_access_tokens", "id_token_encrypted_response_alg", "sector_identifier_uri",
        "request_uris",
        "require_signed_request_object", "metadata", "enabled", "handle", "skip_authorization",
    ],
)  # fmt: skip
def test_a_member_we_do_not_act_upon_is_refused_by_name(refused: Callable[..., str], member: str) -> None:
    assert f"{member}: this member is not supported" in refused(**{member: "x"})


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"client_id": None}, "client_id"), ({"client_id": "a b"}, "client_id"), ({"client_id": "x" * 101}, "client_id"),
        ({"client_id": "caf\u00e9"}, "client_id"), ({"client_name": ""}, "client_name"),
        ({"client_name": "\u202eevil"}, "client_name"),
        ({"grant_types": ["password"]}, "grant_types"), ({"grant_types": ["implicit"]}, "grant_types"),
        ({"response_types": ["token"]}, "response_types"), ({"response_types": ["code id_token"]}, "response_types"),
        ({"token_endpoint_auth_method": "private_key_jwt"}, "token_endpoint_auth_method"),
        ({"id_token_signed_response_alg": "none"}, "id_token_signed_response_alg"),
        ({"id_token_signed_response_alg": "HS256"}, "id_token_signed_response_alg"),
        ({"application_type": "desktop"}, "application_type"), ({"first_party": "yes"}, "first_party"),
        ({"redirect_uris": []}, "redirect_uris"), ({"redirect_uris": "https://shop.example/cb"}, "redirect_uris"),
        ({"scope": "openid nonsense"}, "scope"), ({"scope": ["openid"]}, "scope"),
        ({"subject_type": "pairwise"}, "subject_type"),
        ({"resource_identifiers": ["orders"]}, "resource_identifiers"), ({"client_secret": None}, "client_secret"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_named(refused: Callable[..., str], changes: dict[str, Any], word: str) -> None:
    assert word in refused(**changes)


def test_inert_members_are_kept(tmp_path: Path) -> None:
    more = {"contacts": ["a@shop.example"], "tos_uri": "https://shop.example/tos", "subject_type": "public"}
    assert read_entries([{**GOOD, **more}], tmp_path)[0].metadata == more


@pytest.mark.parametrize(
    "changes",
    [
        {"client_secret": SECRET}, {"client_secret_env": "SHOP_SECRET"}, {"grant_types": ["client_credentials"]},
        {"resource_identifiers": ["https://api.example"]}, {"require_pkce": False},
    ],
)  # fmt: skip
def test_a_public_client_has_nothing_that_needs_a_secret(tmp_path: Path, changes: dict[str, Any]) -> None:
    with pytest.raises(RegistrationRefused):
        read_entries([{**PUBLIC, **changes}], tmp_path)
    assert read_entries([PUBLIC], tmp_path)


# --- Secrets and variables ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("secret", ["", "Tr0ub4dor", "s" * 31])
def test_a_short_secret_is_refused_and_never_repeated(refused: Callable[..., str], secret: str) -> None:
    said = refused(client_secret=secret)
    assert "shorter than 32" in said
    assert not secret or secret not in said


def test_a_secret_may_come_from_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "c.json"
    file.write_text(
        json.dumps([{**GOOD, "client_secret": None, "client_secret_env": "SHOP_SECRET"} | {}]).replace(
            '"client_secret": null, ', ""
        )
    )
    read = read_registrations(file, {"SHOP_SECRET": SECRET})[0]
    assert read.client_secret is not None
    assert read.client_secret.get_secret_value() == SECRET
    for variables, said in (({}, "SHOP_SECRET is not set"), ({"SHOP_SECRET": "short"}, "client_secret_env SHOP_SECRET")):
        with pytest.raises(RegistrationRefused, match=said):
            read_registrations(file, variables)


def test_two_sources_of_a_secret_are_one_too_many(refused: Callable[..., str]) -> None:
    assert "exactly one" in refused(client_secret_env="SHOP_SECRET")


@pytest.mark.parametrize("uri", ["${SECRET_KEY}/cb", "${HOME}", "${DEMO_SPA}", "${PATH}/cb"])
def test_only_addresses_of_the_deployment_are_interpolated(refused: Callable[..., str], uri: str) -> None:
    assert "only IDP_ISSUER, DEMO_SPA_ORIGIN, DEMO_API_ORIGIN" in refused(redirect_uris=[uri])


def test_the_deployments_addresses_stand_above_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDP_ISSUER", "https://stale.example")
    monkeypatch.setenv("SHOP_SECRET", SECRET)
    read = deployment_variables({"IDP_ISSUER": "https://id.example"})
    assert (read["IDP_ISSUER"], read["SHOP_SECRET"]) == ("https://id.example", SECRET)


# --- All or nothing -----------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_one_bad_entry_stops_the_whole_run(tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text(json.dumps([GOOD, {**GOOD, "client_id": "bad", "redirect_uris": ["javascript:x"]}]))
    with pytest.raises(CommandError) as caught:
        call_command("sync_clients", str(tmp_path / "c.json"))
    assert "c.json: client 'bad'" in str(caught.value)
    assert str(caught.value).endswith("Nothing was changed.")
    assert not Client.objects.exists()


@pytest.mark.parametrize("value", ["600", -1, 1.5, True, None])
def test_a_default_max_age_is_a_number_of_seconds(tmp_path: Path, value: object) -> None:
    assert read_entries([{**GOOD, "default_max_age": 600}], tmp_path)[0].metadata == {"default_max_age": 600}
    with pytest.raises(RegistrationRefused, match="default_max_age"):
        read_entries([{**GOOD, "default_max_age": value}], tmp_path)
