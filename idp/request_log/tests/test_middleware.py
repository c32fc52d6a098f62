"""What an entry holds, and above all what it never holds, whatever a caller sends."""

import ipaddress
import json
from typing import Any

import pytest
from django.test import Client
from drf_api_logger import apps as library
from pytest_django import Settings

from idp.config import settings as shipped
from idp.oidc.tests.fixtures import browser, clients, registrations, shopper
from idp.request_log.middleware import is_logged
from idp.request_log.tests.conftest import Entries
from idp.tests.journey import Browser
from idp.tests.parties import SPA, WEB, obtain_tokens, post_form
from idp.tests.url_map import STAFF_PAGES, all_routes

__all__ = ["browser", "clients", "registrations", "shopper"]

CANARY = "canary-5f0c9f7a"
# Of the routes that the request log leaves out, why. A route in neither list fails: somebody must decide.
NOT_LOGGED = {
    "pages, covered by the request line of the application log": {
        "home", "login:start", "login:step", "oidc:authorize", "oidc:interaction", "oidc:consent",
        "oidc:select_account", "oidc:end_session", "authenticators:security", "authenticators:app",
        "oidc:logout_confirm", "oidc:signed_out", "authenticators:passkey", "privacy:privacy", "self_service:overview",
        "self_service:profile", "self_service:password", "self_service:sessions", "self_service:apps",
        "self_service:addresses", "self_service:devices", "login:recovery_link", "login:not_me",
        "federation:start", "federation:callback",
        "self_service:console", "self_service:console_view",
    },
    "the same for everybody and asked all the time": {
        "healthz", "readyz", "oidc:discovery", "oidc:oauth_metadata", "oidc:jwks", "webauthn_origins", "android_asset_links",
        "apple_app_site_association",
    },
    "asked while somebody types": {"login:password_strength"},
    "pages for staff, who would fill the log by reading it; what they do is in the audit trail": STAFF_PAGES,
    "called for every request of every backend": {"oidc:introspect", "oidc:userinfo"},
}  # fmt: skip


def _rows(entries: Entries) -> list[dict[str, Any]]:
    return [{name: value for name, value in vars(row).items() if name != "_state"} for row in entries()]


def test_an_entry_is_metadata_of_the_call(entries: Entries) -> None:
    Client(headers={"user-agent": "x"}, REMOTE_ADDR="203.0.113.9").post("/oauth2/token?code=1", {"code": "x"})
    (row,) = _rows(entries)
    assert (row["api"], row["method"], row["status_code"]) == ("oidc:token", "POST", 400)
    assert row["client_ip_address"] == "203.0.113.9"
    assert {row[name] for name in ("headers", "body", "response")} == {""}
    assert 0 <= row["execution_time"] < 999
    assert row["profiling_data"] is None


def test_success_and_refusal_are_both_logged(browser: Browser, entries: Entries) -> None:
    token = obtain_tokens(browser, SPA)["access_token"]
    assert post_form("/oauth2/revoke", {"token": token, "client_id": "nobody"}).status_code == 401
    assert post_form("/oauth2/revoke", {"token": token, "client_id": SPA.client_id}).status_code == 200
    # A body is not needed for an entry, and a foreign Host is refused inside.
    assert Client().get("/oauth2/revoke", headers={"host": "evil.example"}).status_code == 400
    logged = [(row["api"], row["status_code"]) for row in _rows(entries)]
    assert logged == [("oidc:token", 200), ("oidc:revoke", 401), ("oidc:revoke", 200), ("oidc:revoke", 400)]


def test_no_secret_is_ever_stored_wherever_it_stands(browser: Browser, entries: Entries) -> None:
    tokens = obtain_tokens(browser, SPA, scope="openid profile email phone roles offline_access orders")
    everywhere = {
        "referer": f"http://localhost/?code={CANARY}", "user-agent": CANARY, "x-csrftoken": CANARY, "dpop": CANARY,
        "authorization": f"Bearer {CANARY}", "cookie": f"idp_session={CANARY}", "x-request-id": CANARY, "traceparent": CANARY,
    }  # fmt: skip
    http = Client(headers=everywhere)
    members = (
        "code", "code_verifier", "password", "new_password", "otp", "client_secret", "client_assertion", "refresh_token",
        "device_code", "recovery_codes", "token",
    )  # fmt: skip
    form = dict.fromkeys(members, CANARY)
    for path in (
        "/oauth2/token", "/oauth2/revoke", f"/api/v1/{CANARY}", "/api/v1/account/me",
        "/api/v1/account/authenticators/totp", "/api/v1/account/authenticators/recovery_codes",
    ):  # fmt: skip
        http.post(f"{path}?access_token={CANARY}&q={CANARY}", form)
        http.post(path, json.dumps(form), content_type="application/json")
        http.generic(CANARY.upper(), path)
    WEB.post("/oauth2/token", {"grant_type": "authorization_code", "code": CANARY})

    stored = json.dumps(_rows(entries), default=str)
    secrets = [CANARY, CANARY.upper(), WEB.secret, *(str(value) for value in tokens.values() if len(str(value)) > 30)]
    assert len(_rows(entries)) > 15
    assert len(secrets) >= 5
    assert [secret for secret in secrets if secret in stored] == []


def test_other_paths_leave_nothing_and_are_not_touched(entries: Entries) -> None:
    http = Client()
    for path in ("/", "/healthz", "/login?next=/", "/oauth2/jwks", "/oauth2/tokens", "/static/x.css", "/nothing"):
        http.get(path)
    assert entries() == []


def test_an_unknown_address_is_logged_without_its_path(entries: Entries) -> None:
    Client().get(f"/api/v1/{CANARY}")
    assert [(row["api"], row["status_code"]) for row in _rows(entries)] == [("unmatched", 404)]


def test_only_a_configured_proxy_names_another_address(entries: Entries, settings: Settings) -> None:
    forwarded = {"x-forwarded-for": "198.51.100.7"}
    Client().get("/oauth2/revoke", headers=forwarded)
    settings.IDP_TRUSTED_PROXIES = (ipaddress.ip_network("127.0.0.0/8"),)
    Client().get("/oauth2/revoke", headers=forwarded)
    assert [row["client_ip_address"] for row in _rows(entries)] == ["127.0.0.1", "198.51.100.7"]


def test_a_body_that_is_too_large_is_still_refused(entries: Entries) -> None:
    assert post_form("/oauth2/revoke", {"token": "x" * 300_000}).status_code == 413
    assert [row["status_code"] for row in _rows(entries)] == [413]


def test_a_row_that_nobody_takes_costs_no_answer(entries: Entries, monkeypatch: pytest.MonkeyPatch) -> None:
    # As when the library's app was left out: there is no writer to hand it to.
    monkeypatch.setattr(library, "LOGGER_THREAD", None)
    assert Client().get("/oauth2/revoke").status_code == 405
    assert entries() == []


def test_every_route_is_either_logged_or_left_out_for_a_reason(settings: Settings) -> None:
    settings.IDP_REQUEST_LOG_PATHS = shipped.IDP_REQUEST_LOG_PATHS
    logged = {route.name for route in all_routes() if is_logged(route.address)}
    left_out = set().union(*NOT_LOGGED.values())
    assert logged | left_out == {route.name for route in all_routes()}
    assert logged & left_out == set()


def test_the_tests_alone_switch_the_log_off(settings: Settings) -> None:
    assert not is_logged("/oauth2/token")
    settings.IDP_REQUEST_LOG_PATHS = shipped.IDP_REQUEST_LOG_PATHS
    assert is_logged("/oauth2/token")
    assert is_logged("/api/v1/account/me")
    assert not is_logged("/oauth2/token/x")
    assert not is_logged("/login")
