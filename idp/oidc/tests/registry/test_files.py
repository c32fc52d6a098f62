"""Registrations are read from folders and files; what is wrong is named by file, client and field, and nothing is applied."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from idp.oidc.jose.keys import ALGORITHMS
from idp.oidc.models import Client
from idp.oidc.registry.files import RegistrationRefused, deployment_variables, read_all, read_registrations
from idp.oidc.registry.sync import sync_clients
from idp.oidc.tests.fixtures import REGISTRIES, deployment, read_entries

SECRET = "s" * 48
DAY = 24 * 3600
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
    read = {entry.client_id: entry for entry in read_all(REGISTRIES, deployment())}
    assert set(read) == {
        "demo-api", "demo-desk", "demo-spa",
        "fashionistar-backend", "fashionistar-mobile", "fashionistar-web-bff", "fashionistar-web",
    }  # fmt: skip
    assert read["demo-spa"].redirect_uris[0] == "http://localhost:5173/callback"
    assert "admin" not in read["fashionistar-mobile"].scope.split()
    assert all(entry.require_pkce for entry in read.values())


def test_the_registrations_of_a_certification_run_are_good_and_strangers_to_the_platform() -> None:
    read = read_registrations(REGISTRIES[0] / "conformance", deployment())
    assert len(read) == 5
    for entry in read:
        assert not entry.first_party
        assert not entry.resource_identifiers
        assert entry.redirect_uris == ("https://suite.conf.test:8443/test/a/op/callback",)
        assert set(entry.scope.split()) == {"openid", "profile", "email", "address", "phone", "offline_access"}


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
    (tmp_path / "deep.json").write_text("[" * 100_000)
    for name in ("missing.json", "bad.toml", "bad.json", "latin.json", "deep.json", "empty"):
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
    for name in ("one.json", "two.json"):
        (tmp_path / name).write_text(json.dumps(GOOD))
    with pytest.raises(RegistrationRefused, match="'shop' is registered twice"):
        read_all([tmp_path / "one.json", tmp_path / "two.json"], {})


@pytest.mark.parametrize("twice", ['"redirect_uris": ["https://evil.example/"]', '"jwks": {"keys": [], "keys": []}'])
def test_a_member_that_stands_there_twice_is_refused(tmp_path: Path, twice: str) -> None:
    (tmp_path / "c.json").write_text(json.dumps(GOOD).removesuffix("}") + f", {twice}}}")
    with pytest.raises(RegistrationRefused, match="cannot be read: duplicate member"):
        read_registrations(tmp_path / "c.json", {})


# --- Addresses ----------------------------------------------------------------------------------------------------------
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
    "member", ["software_statement", "response_modes", "metadata", "enabled", "handle", "skip_authorization"]
)
def test_a_member_nobody_registered_is_refused_by_name(refused: Callable[..., str], member: str) -> None:
    assert f"{member}: this member is not supported" in refused(**{member: "x"})


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"client_id": None}, "client_id"), ({"client_id": "a b"}, "client_id"), ({"client_id": "x" * 101}, "client_id"),
        ({"client_id": "caf\u00e9"}, "client_id"), ({"client_name": ""}, "client_name"),
        ({"client_name": "\u202eevil"}, "client_name"), ({"client_name": " \n"}, "client_name"),
        ({"grant_types": ["password"]}, "grant_types"), ({"grant_types": ["implicit"]}, "grant_types"),
        ({"response_types": ["token"]}, "response_types"), ({"response_types": ["code id_token"]}, "response_types"),
        ({"token_endpoint_auth_method": "private_key_jwt"}, "token_endpoint_auth_method"),
        ({"id_token_signed_response_alg": "none"}, "id_token_signed_response_alg"),
        ({"id_token_signed_response_alg": "HS256"}, "id_token_signed_response_alg"),
        ({"application_type": "desktop"}, "application_type"), ({"first_party": "yes"}, "first_party"),
        ({"redirect_uris": []}, "redirect_uris"), ({"redirect_uris": "https://shop.example/cb"}, "redirect_uris"),
        ({"scope": "openid nonsense"}, "scope"), ({"scope": ["openid"]}, "scope"),
        ({"resource_identifiers": ["orders"]}, "resource_identifiers"), ({"client_secret": None}, "client_secret"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_named(refused: Callable[..., str], changes: dict[str, Any], word: str) -> None:
    assert word in refused(**changes)


_UNSEEN = (
    "\u200b\u200c\u200d\u200e\u200f\u061c\u202a\u202e\u2060\u2063\u2066\u2069\ufeff\u00ad\u180e\U000e0041\ufff9"  # format
    "\x07\x85\u2028\u2029\ue000\u0378\u034f\u115f\u1160\u17b4\u2800\u3164\uffa0\ufe0f\U000e0100"  # and drawn as nothing
)


@pytest.mark.spec("RFC 7591", "5")
@pytest.mark.parametrize("char", _UNSEEN, ids=lambda char: f"U+{ord(char):04X}")
def test_a_name_holds_nothing_that_cannot_be_seen(refused: Callable[..., str], char: str) -> None:
    for member in ("client_name", "client_name#fr"):
        said = refused(**{member: f"Sh{char}op"})
        assert member in said
        assert "characters are not allowed" in said
        assert char not in said


@pytest.mark.parametrize("name", ["Café & Söhne", "متجر الأزياء", "ร้านแฟชั่น", "服装店 2", "Ẹlẹ́wà – Lagos", "Shop \U0001f457"])
def test_a_name_may_be_written_in_any_script(tmp_path: Path, name: str) -> None:
    (entry,) = read_entries([{**GOOD, "client_name": name, "client_name#fr": name}], tmp_path)
    assert (entry.client_name, entry.metadata["client_name#fr"]) == (name, name)


@pytest.mark.parametrize(
    "changes",
    [
        {"client_secret": SECRET}, {"client_secret_env": "SHOP_SECRET"}, {"grant_types": ["client_credentials"]},
        {"resource_identifiers": ["https://api.example"]}, {"require_pkce": False}, {"refresh_token_rotation": False},
    ],
)  # fmt: skip
def test_a_public_client_has_nothing_that_needs_a_secret(tmp_path: Path, changes: dict[str, Any]) -> None:
    with pytest.raises(RegistrationRefused):
        read_entries([{**PUBLIC, **changes}], tmp_path)
    assert read_entries([PUBLIC], tmp_path)


# --- Resources (RFC 8707) -----------------------------------------------------------------------------------------------
def test_only_our_own_clients_answer_for_every_resource(refused: Callable[..., str], tmp_path: Path) -> None:
    assert "first_party clients only" in refused(resource_identifiers=["*"])
    ours = {**GOOD, "first_party": True, "resource_identifiers": ["*"]}
    assert read_entries([ours], tmp_path)[0].resource_identifiers == ("*",)


@pytest.mark.parametrize("resources", [["*", "https://api.example"], ["https://api.example", "*"], ["*", "*"], [""]])
def test_every_resource_stands_alone(refused: Callable[..., str], resources: list[str]) -> None:
    assert "resource_identifiers" in refused(first_party=True, resource_identifiers=resources)


def test_no_token_is_for_every_resource(refused: Callable[..., str]) -> None:
    assert "default_resource" in refused(first_party=True, default_resource="*")
    assert "allowed_resources" in refused(first_party=True, allowed_resources=["*"])


@pytest.mark.parametrize("spelling", ["{}", "{}/", "{}?x=1"])
@pytest.mark.parametrize(
    ("member", "listed"), [("default_resource", False), ("allowed_resources", True), ("resource_identifiers", True)]
)
def test_the_provider_itself_is_nobodys_resource(
    refused: Callable[..., str],
    spelling: str,
    member: str,
    listed: bool,  # noqa: FBT001
) -> None:
    uri = spelling.format(deployment()["IDP_ISSUER"])
    said = refused(first_party=True, **{member: [uri] if listed else uri})
    assert f"{member}: {deployment()['IDP_ISSUER']} is this provider itself" in said


@pytest.mark.parametrize("uri", ["https://ID.example", "https://id.example:443/", "HTTPS://id.example"])
def test_another_spelling_of_the_provider_is_the_provider(tmp_path: Path, uri: str) -> None:
    (tmp_path / "c.json").write_text(json.dumps({**GOOD, "default_resource": uri}))
    with pytest.raises(RegistrationRefused, match="this provider itself"):
        read_registrations(tmp_path / "c.json", {"IDP_ISSUER": "https://id.example"})
    (tmp_path / "c.json").write_text(json.dumps({**GOOD, "default_resource": "https://id.example/orders"}))
    assert read_registrations(tmp_path / "c.json", {"IDP_ISSUER": "https://id.example"})


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


@pytest.mark.spec("RFC 9700", "4.14.2")
@pytest.mark.parametrize("seconds", [61, 300, -1])
def test_a_long_window_for_replaced_refresh_tokens_is_refused(refused: Callable[..., str], seconds: int) -> None:
    assert "refresh_token_grace_seconds" in refused(refresh_token_grace_seconds=seconds)


def test_a_window_of_a_minute_is_the_longest_and_what_is_meant_without_one(tmp_path: Path) -> None:
    told = [{**GOOD, "refresh_token_grace_seconds": seconds} for seconds in (0, 60)]
    windows = [read_entries([entry], tmp_path)[0].refresh_token_grace_seconds for entry in (*told, GOOD)]
    assert windows == [0, 60, 60]


@pytest.mark.parametrize("seconds", [-1, 0, 59, 366 * DAY + 1, "60", 60.5])
def test_a_chain_of_refresh_tokens_lasts_neither_shorter_nor_longer_than_it_may(
    refused: Callable[..., str], seconds: object
) -> None:
    assert "refresh_token_max_lifetime_seconds" in refused(refresh_token_max_lifetime_seconds=seconds)


def test_a_chain_of_refresh_tokens_lasts_a_minute_to_a_leap_year_and_a_month_where_nothing_is_said(tmp_path: Path) -> None:
    told = [{**GOOD, "refresh_token_max_lifetime_seconds": seconds} for seconds in (60, 366 * DAY)]
    lifetimes = [read_entries([entry], tmp_path)[0].refresh_token_max_lifetime_seconds for entry in (*told, GOOD)]
    assert lifetimes == [60, 366 * DAY, 30 * DAY]


# --- All or nothing -----------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_one_bad_entry_stops_the_whole_run(tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text(json.dumps([GOOD, {**GOOD, "client_id": "bad", "redirect_uris": ["javascript:x"]}]))
    with pytest.raises(CommandError) as caught:
        call_command("sync_clients", str(tmp_path / "c.json"))
    assert "c.json: client 'bad'" in str(caught.value)
    assert str(caught.value).endswith("Nothing was changed.")
    assert not Client.objects.exists()


# --- Algorithms ---------------------------------------------------------------------------------------------------------
@pytest.mark.spec("OIDC Dynamic Registration", "2")
@pytest.mark.parametrize("member", ["id_token_signed_response_alg", "userinfo_signed_response_alg"])
def test_whatever_we_sign_with_may_be_asked_for_and_nothing_else(
    refused: Callable[..., str], tmp_path: Path, member: str
) -> None:
    for algorithm in ALGORITHMS:
        assert getattr(read_entries([{**GOOD, member: algorithm}], tmp_path)[0], member) == algorithm
    odd_ones: list[object] = ["none", "HS256", "RS512", "es256", "ES256K", 256, []]
    for odd in odd_ones:
        assert member in refused(**{member: odd})


@pytest.mark.django_db
@pytest.mark.spec("RFC 9068", "3")
def test_access_tokens_are_opaque_unless_a_jwt_with_an_audience_is_asked_for(refused: Callable[..., str], tmp_path: Path) -> None:
    assert read_entries([GOOD], tmp_path)[0].access_token_format == "opaque"
    asked = {**GOOD, "access_token_format": "jwt", "default_resource": "https://api.example"}
    sync_clients(registrations=read_entries([asked], tmp_path))
    assert Client.objects.get().access_token_format == "jwt"
    assert "jwt needs a default_resource" in refused(access_token_format="jwt")
    assert "access_token_format" in refused(access_token_format="JWT", default_resource="https://api.example")
