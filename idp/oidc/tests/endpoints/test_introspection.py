"""Introspection: who is told, and what each scope lets an API see (RFC 7662)."""

from datetime import timedelta

import pytest

from idp.accounts.models import User
from idp.core import clock
from idp.login.models import SsoSession
from idp.oidc.models import AccessToken, Client
from idp.oidc.tokens.format import Kind, mint
from idp.tests.journey import Answer, Browser, Pkce
from idp.tests.parties import (
    BACKEND,
    DEMO_API,
    RESOURCE_SERVER,
    SECOND_WEB,
    SPA,
    WEB,
    Party,
    introspect,
    json_of,
    obtain_code,
    obtain_tokens,
    userinfo,
)

STANDARD = {
    "active", "token_type", "client_id", "scope", "sub", "iss", "aud", "iat", "exp", "jti", "sid", "auth_time", "acr", "amr",
}  # fmt: skip
INACTIVE = {"active": False}


@pytest.mark.spec("RFC 7662", "2.2")
@pytest.mark.parametrize(
    ("scope", "more"),
    [
        ("openid orders", set()),
        ("openid profile address", set()),
        ("openid email", {"email", "email_verified", "username"}),
        ("openid phone", {"phone_number", "phone_number_verified", "username"}),
        ("openid roles", {"role", "roles", "is_staff", "member_id", "auth_provider"}),
        ("email phone", {"email", "email_verified", "phone_number", "phone_number_verified", "username"}),
    ],
)
def test_a_scope_adds_its_members_and_no_others(browser: Browser, shopper: User, scope: str, more: set[str]) -> None:
    seen = introspect(RESOURCE_SERVER, obtain_tokens(browser, WEB, scope=scope)["access_token"])
    assert set(seen) == STANDARD | more
    assert seen["scope"] == scope
    assert seen.get("username") in {None, shopper.email, shopper.phone_number}


@pytest.mark.spec("RFC 7662", "2.2")
@pytest.mark.spec("RFC 7662", "2")
def test_the_members_tell_of_this_very_sign_in(browser: Browser, shopper: User) -> None:
    seen = introspect(RESOURCE_SERVER, obtain_tokens(browser, WEB, scope="openid email")["access_token"])
    session, row = SsoSession.objects.get(), AccessToken.objects.get()
    assert seen["active"] is True
    assert (seen["iss"], seen["token_type"], seen["client_id"]) == ("http://localhost:8000", "Bearer", "third-web")
    assert (seen["sub"], seen["sid"], seen["jti"]) == (str(shopper.pk), str(session.pk), str(row.jti))
    assert seen["aud"] == ["https://api.example", "http://localhost:8000"]
    assert seen["auth_time"] == int(session.auth_time.timestamp())
    assert (seen["acr"], seen["amr"]) == ("aal1", ["pwd"])
    assert seen["exp"] - seen["iat"] == 600
    assert seen["username"] == "ada@example.com"


@pytest.mark.spec("OIDC Core", "5.3.2")
def test_userinfo_and_introspection_agree(browser: Browser) -> None:
    token = obtain_tokens(browser, WEB, scope="openid email phone roles")["access_token"]
    claims, seen = json_of(userinfo(token)), introspect(RESOURCE_SERVER, token)
    assert {name: seen[name] for name in claims} == claims


# --- Who is told (RFC 7662 §4) ------------------------------------------------------------------------------------------
@pytest.mark.spec("RFC 7662", "4")
def test_a_token_is_live_to_its_audience_and_its_own_client_only(browser: Browser) -> None:
    token = obtain_tokens(browser, WEB)["access_token"]
    assert all(introspect(party, token)["active"] for party in (WEB, RESOURCE_SERVER, BACKEND))
    assert [introspect(party, token) for party in (DEMO_API, SECOND_WEB)] == [INACTIVE, INACTIVE]


@pytest.mark.spec("RFC 7662", "2.2")
def test_a_token_is_dead_once_its_time_is_over(browser: Browser) -> None:
    token = obtain_tokens(browser, WEB)["access_token"]
    AccessToken.objects.update(expires=clock.now() + timedelta(seconds=30))
    assert introspect(RESOURCE_SERVER, token)["active"]
    AccessToken.objects.update(expires=clock.now())
    assert introspect(RESOURCE_SERVER, token) == INACTIVE
    assert userinfo(token).status_code == 401


def test_the_token_of_a_disabled_client_is_dead_while_it_is_disabled(browser: Browser) -> None:
    token = obtain_tokens(browser, WEB)["access_token"]
    # Straight in the database, as in the next test.
    Client.objects.filter(client_id=WEB.client_id).update(enabled=False)
    assert introspect(RESOURCE_SERVER, token) == INACTIVE
    assert userinfo(token).status_code == 401
    Client.objects.filter(client_id=WEB.client_id).update(enabled=True)
    assert introspect(RESOURCE_SERVER, token)["active"]


@pytest.mark.spec("RFC 7662", "4")
def test_the_token_of_a_disabled_person_is_dead_while_they_are_disabled(browser: Browser, shopper: User) -> None:
    token = obtain_tokens(browser, WEB)["access_token"]
    # Straight in the database: the service that disables somebody revokes their tokens besides, which would hide this rule.
    User.objects.filter(pk=shopper.pk).update(is_active=False)
    assert introspect(RESOURCE_SERVER, token) == INACTIVE
    assert userinfo(token).status_code == 401
    User.objects.filter(pk=shopper.pk).update(is_active=True)
    assert introspect(RESOURCE_SERVER, token)["active"]


def test_a_resource_server_that_covers_nothing_sees_nothing(browser: Browser) -> None:
    token = obtain_tokens(browser, SPA)["access_token"]
    assert introspect(DEMO_API, token)["active"]
    Client.objects.filter(client_id="demo-api").update(resource_identifiers=[])
    assert introspect(DEMO_API, token) == INACTIVE
    # A token without an audience is its own client's alone.
    plain = obtain_tokens(browser, SECOND_WEB, scope="orders")["access_token"]
    assert introspect(RESOURCE_SERVER, plain) == INACTIVE
    assert introspect(SECOND_WEB, plain)["active"]


@pytest.mark.spec("RFC 7662", "2.2")
def test_everything_that_is_not_a_live_access_token_reads_exactly_alike(browser: Browser) -> None:
    pkce = Pkce()
    code = obtain_code(browser, SPA, pkce)
    tokens = json_of(SPA.exchange(code, pkce))
    good = tokens["access_token"]
    forged = good[:-1] + ("A" if good[-1] != "A" else "B")
    other = [mint(kind, handle=good[7:15]) for kind in Kind]
    answers = {
        DEMO_API.post("/oauth2/introspect", {"token": token}).content
        for token in (tokens["id_token"], code, forged, *other, "x", "x" * 50_000, good + " ", good[:-1])
    }
    assert answers == {b'{"active": false}'}
    assert introspect(DEMO_API, good)["active"]


def test_a_hint_about_the_kind_changes_nothing(browser: Browser) -> None:
    token = obtain_tokens(browser, SPA)["access_token"]
    for hint in ("access_token", "refresh_token", "nonsense"):
        assert json_of(DEMO_API.post("/oauth2/introspect", {"token": token, "token_type_hint": hint}))["active"] is True


def test_a_missing_token_is_named(clients: None) -> None:
    for form in ({}, {"token": ""}):
        answer = DEMO_API.post("/oauth2/introspect", {"x": "y", **form})
        assert (answer.status_code, json_of(answer)["error"]) == (400, "invalid_request")


def test_the_answer_is_never_cached_and_not_readable_across_origins(browser: Browser) -> None:
    token = obtain_tokens(browser, SPA)["access_token"]
    answer = DEMO_API.post("/oauth2/introspect", {"token": token}, origin="http://localhost:5173")
    assert answer["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in answer


# --- Revocation (RFC 7009) ----------------------------------------------------------------------------------------------
def revoke(party: Party, token: str, **form: str) -> Answer:
    return party.post("/oauth2/revoke", {"token": token, **form})


@pytest.mark.spec("RFC 7009", "2.1")
@pytest.mark.parametrize("party", [SPA, WEB, SECOND_WEB], ids=lambda party: party.client_id)
@pytest.mark.parametrize("hint", ["", "access_token", "refresh_token", "nonsense"])
def test_a_client_ends_its_own_token_whatever_it_calls_it(browser: Browser, party: Party, hint: str) -> None:
    token = obtain_tokens(browser, party)["access_token"]
    for _ in range(2):
        answer = revoke(party, token, token_type_hint=hint)
        assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert introspect(BACKEND, token) == INACTIVE
    assert userinfo(token).status_code == 401


@pytest.mark.spec("RFC 7009", "2.1")
def test_anothers_token_is_answered_alike_and_left_alone(browser: Browser) -> None:
    token = obtain_tokens(browser, WEB)["access_token"]
    for party in (SPA, SECOND_WEB, BACKEND):
        assert revoke(party, token).status_code == 200
    assert introspect(WEB, token)["active"] is True


@pytest.mark.spec("RFC 7009", "2.2")
@pytest.mark.parametrize("token", ["unknown", "x" * 10_000, mint.__name__])
def test_an_unknown_token_is_as_good_as_revoked(clients: None, token: str) -> None:
    assert revoke(WEB, token).status_code == 200


def test_revocation_without_a_token_is_named(clients: None) -> None:
    assert json_of(WEB.post("/oauth2/revoke", {"x": "y"}))["error"] == "invalid_request"


def test_revoking_one_token_leaves_the_others(browser: Browser) -> None:
    first, second = obtain_tokens(browser, SPA)["access_token"], obtain_tokens(browser, SPA)["access_token"]
    revoke(SPA, first)
    assert introspect(DEMO_API, first) == INACTIVE
    assert introspect(DEMO_API, second)["active"] is True
