"""Each member of a registration reaches its column, alone and exactly, and leaves it again when it is taken out.

A member that is read, judged and then forgotten would leave its client with the default and nobody the wiser; so the cases
below are themselves compared with what a registration may say and with what is written of it.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from idp.audit.models import SecurityEvent
from idp.oidc.client_auth import secret
from idp.oidc.models import Client
from idp.oidc.registry.schema import ClientRegistration
from idp.oidc.registry.sync import columns_of, sync_clients
from idp.oidc.tests.client_auth.signer import public
from idp.oidc.tests.fixtures import read_entries
from idp.oidc.tests.registry.test_files import GOOD, PUBLIC

API = "https://api.example"
BASE: dict[str, Any] = {**GOOD, "default_resource": API}
OTHER_SECRET = "t" * 48

# Columns that hold what was written, by the member's own name.
AS_WRITTEN: dict[str, object] = {
    "client_uri": "https://shop.example",
    "logo_uri": "https://shop.example/l.png",
    "application_type": "native",
    "grant_types": ["authorization_code", "client_credentials"],
    "token_endpoint_auth_method": "client_secret_post",
    "token_endpoint_auth_signing_alg": "PS256",
    "client_assertion_audience": "issuer",
    "jwks": public("ES256", "EdDSA"),
    "jwks_uri": "https://shop.example/jwks",
    "id_token_signed_response_alg": "ES256",
    "userinfo_signed_response_alg": "PS256",
    "access_token_format": "jwt",
    "default_max_age": 600,
    "default_acr_values": ["aal1"],
    "id_token_claims": ["email"],
    "backchannel_logout_uri": "https://shop.example/out",
    "backchannel_logout_session_required": True,
    "first_party": True,
    "require_pkce": False,
    "resource_identifiers": [API],
    "default_resource": "https://other.example",
    "allowed_resources": ["https://other.example"],
    "refresh_token_rotation": True,
    "refresh_token_grace_seconds": 0,
    "refresh_token_max_lifetime_seconds": 3600,
}
# Members whose column has another name or another form: what is written, and what each column then holds.
TRANSLATED: dict[str, tuple[object, dict[str, object]]] = {
    "client_name": ("Other", {"name": "Other"}),
    "redirect_uris": (
        ["https://a.example/1", "https://a.example/2"],
        {"redirect_uris": "https://a.example/1 https://a.example/2"},
    ),
    "post_logout_redirect_uris": (["https://shop.example/bye"], {"post_logout_redirect_uris": "https://shop.example/bye"}),
    "allowed_origins": (["https://a.example", "https://b.example"], {"allowed_origins": "https://a.example https://b.example"}),
    "scope": ("openid email", {"allowed_scope": "openid email"}),
    "client_secret": (OTHER_SECRET, {"client_secret": secret.digest(OTHER_SECRET)}),
    # Members that only inform are kept together.
    "contacts": (["a@shop.example"], {"metadata": {"contacts": ["a@shop.example"]}}),
}
# Not here: the name a client is known by, what becomes one of the members above, what only judges others, what has one
# value, and what has a table of its own (`test_event_receiver.py`). `metadata` is `contacts` above.
NO_COLUMN = {"client_id", "client_secret_env", "allowed_schemes", "response_types", "event_receiver", "metadata"}
# Columns that say the same of every client that is registered.
CONSTANT = {"authorization_grant_type", "enabled", "listed"}

# Registered with IANA (RFC 7591 §4.1), and looked up there.
REGISTERED = {
    "client_id", "client_name", "client_uri", "logo_uri", "application_type", "redirect_uris", "post_logout_redirect_uris",
    "grant_types", "response_types", "token_endpoint_auth_method", "token_endpoint_auth_signing_alg", "client_secret", "jwks",
    "jwks_uri", "scope", "id_token_signed_response_alg", "userinfo_signed_response_alg", "default_max_age",
    "default_acr_values", "backchannel_logout_uri", "backchannel_logout_session_required",
}  # fmt: skip

CASES = {**{member: (value, {member: value}) for member, value in AS_WRITTEN.items()}, **TRANSLATED}


@pytest.fixture
def written(tmp_path: Path) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """The columns that a registration decides, with what is written into them."""
    return lambda entry: columns_of(read_entries([entry], tmp_path)[0])


@pytest.mark.django_db
@pytest.mark.spec("RFC 7591", "2")
@pytest.mark.parametrize("member", CASES)
def test_every_member_reaches_its_column_alone_and_leaves_it_again(tmp_path: Path, member: str) -> None:
    value, columns = CASES[member]
    without, given = (read_entries([entry], tmp_path) for entry in (BASE, {**BASE, member: value}))
    sync_clients(registrations=without)
    before = Client.objects.values(*columns_of(*without)).get()
    assert all(before[column] != held for column, held in columns.items())

    assert sync_clients(registrations=given).changed == ["shop"]
    assert Client.objects.values(*before).get() == {**before, **columns}
    beside = " previous_client_secret previous_client_secret_until" if member == "client_secret" else ""
    assert SecurityEvent.objects.get(event="client_changed").detail == {"fields": " ".join(columns) + beside}
    assert sync_clients(registrations=given).unchanged == ["shop"]

    assert sync_clients(registrations=without).changed == ["shop"]
    assert Client.objects.values(*before).get() == before


def test_no_member_is_without_a_case() -> None:
    assert set(CASES) - {"contacts"} == set(ClientRegistration.model_fields) - NO_COLUMN


def test_no_column_is_without_a_case(written: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    reached = {column for _, columns in CASES.values() for column in columns}
    # What kind of client it is follows from how it proves itself: below.
    assert set(written(BASE)) == reached | CONSTANT | {"client_type"}


def test_what_kind_of_client_it_is_follows_from_how_it_proves_itself(
    written: Callable[[dict[str, Any]], dict[str, Any]],
) -> None:
    confidential, spa = written(GOOD), written(PUBLIC)
    assert (confidential["client_type"], spa["client_type"]) == (Client.CLIENT_CONFIDENTIAL, Client.CLIENT_PUBLIC)
    # Left out, rotation is for those who cannot prove themselves.
    assert (confidential["refresh_token_rotation"], spa["refresh_token_rotation"]) == (False, True)


@pytest.mark.parametrize("page", ["AUTH.md", "clients/registry/README.md"])
def test_whoever_writes_a_registration_is_told_of_every_member_that_is_ours_alone(page: str) -> None:
    rows = re.findall(r"^ *\|(.*?)\|", (settings.BASE_DIR / page).read_text("utf-8"), re.MULTILINE)
    told = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert set(ClientRegistration.model_fields) - REGISTERED - {"metadata"} <= told
