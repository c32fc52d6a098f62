"""Every kind of token at every place that takes one: each is good in its own place and nowhere else (RFC 8725 §3.11, §3.12)."""

from collections.abc import Callable
from typing import Any

import pytest

from idp.accounts.models import User
from idp.oidc.jose.signing import signer
from idp.oidc.models import Client
from idp.tests.journey import Browser, Pkce, answer_of, page_of
from idp.tests.parties import PS256_APP, RESOURCE_SERVER, get_json, introspect, json_of, obtain_code, obtain_tokens, userinfo

SCOPE = "openid profile offline_access orders"
KINDS = (
    "opaque access token", "JWT access token", "access token of another audience", "JWT of another audience",
    "access token without openid", "refresh token", "authorization code", "ID token", "logout token", "signed UserInfo",
)  # fmt: skip
Tokens = dict[str, str]


@pytest.fixture
def tokens(browser: Browser, shopper: User) -> Tokens:
    """One good token of each kind, all of the same person, client and sign-in."""
    registered = Client.objects.filter(client_id="ps256-app")

    def obtained(scope: str = SCOPE) -> dict[str, Any]:
        return obtain_tokens(browser, PS256_APP, scope=scope)

    # Opaque ones first.
    first = obtained()
    foreign = obtained("orders")["access_token"]
    registered.update(default_resource="https://elsewhere.example")
    elsewhere = obtained("profile")["access_token"]
    registered.update(access_token_format="jwt", userinfo_signed_response_alg="PS256")
    elsewhere_jwt = obtained("profile")["access_token"]
    registered.update(default_resource="https://api.example")
    as_jwt = obtained()["access_token"]

    # A logout token as we would send it (OIDC Back-Channel Logout §2.4).
    events: dict[str, Any] = {"http://schemas.openid.net/event/backchannel-logout": {}}
    facts = {"iss": "http://localhost:8000", "sub": str(shopper.pk), "aud": "ps256-app", "iat": 1, "exp": 2, "jti": "j"}
    return {
        "opaque access token": first["access_token"],
        "JWT access token": as_jwt,
        "access token of another audience": elsewhere,
        "JWT of another audience": elsewhere_jwt,
        "access token without openid": foreign,
        "refresh token": first["refresh_token"],
        "authorization code": obtain_code(browser, PS256_APP, Pkce(), scope=SCOPE),
        "ID token": first["id_token"],
        "logout token": signer(algorithm="PS256", typ="logout+jwt")({**facts, "events": events}),
        "signed UserInfo": userinfo(as_jwt).content.decode(),
    }


def good_ones(tokens: Tokens, accepts: Callable[[str], bool]) -> set[str]:
    assert set(tokens) == set(KINDS)
    assert len(set(tokens.values())) == len(KINDS)
    return {kind for kind, token in tokens.items() if accepts(token)}


@pytest.mark.spec("OIDC Core", "5.3.1")
def test_userinfo_takes_access_tokens_with_openid(tokens: Tokens) -> None:
    assert good_ones(tokens, lambda token: userinfo(token).status_code == 200) == {"opaque access token", "JWT access token"}
    # In the query even those are refused (RFC 9700 §4.3.2).
    assert not good_ones(tokens, lambda token: get_json(f"/oauth2/userinfo?access_token={token}").status_code == 200)


@pytest.mark.spec("RFC 7662", "4")
def test_introspection_knows_access_tokens_of_the_callers_audience(tokens: Tokens) -> None:
    known = good_ones(tokens, lambda token: introspect(RESOURCE_SERVER, token) != {"active": False})
    assert known == {"opaque access token", "JWT access token", "access token without openid"}


def test_the_account_api_takes_access_tokens_for_this_provider(tokens: Tokens) -> None:
    def accepts(token: str) -> bool:
        return get_json("/api/v1/account/me", authorization=f"Bearer {token}").status_code == 200

    assert good_ones(tokens, accepts) == {"opaque access token", "JWT access token"}
    assert not good_ones(tokens, lambda token: get_json(f"/api/v1/account/me?access_token={token}").status_code == 200)


@pytest.mark.spec("OIDC Core", "3.1.2.1")
def test_an_authorization_request_takes_id_tokens_as_hints(tokens: Tokens, browser: Browser) -> None:
    def accepts(token: str) -> bool:
        answer = browser.open(PS256_APP.authorize_url(Pkce(), id_token_hint=token, prompt="none"))
        return "code" in answer_of(answer["Location"])

    assert good_ones(tokens, accepts) == {"ID token"}


@pytest.mark.spec("OIDC RP-Initiated Logout", "2")
def test_a_sign_out_takes_id_tokens_as_hints(tokens: Tokens, browser: Browser) -> None:
    """What is no hint gets the question; the one that is signs out, and so it comes last."""

    def accepts(token: str) -> bool:
        answer = browser.open(f"/oauth2/logout?id_token_hint={token}")
        return "logout-confirm" not in page_of(answer).texts

    last = {kind: tokens[kind] for kind in sorted(KINDS, key=lambda kind: kind == "ID token")}
    assert good_ones(last, accepts) == {"ID token"}


@pytest.mark.spec("RFC 6749", "6")
def test_the_token_endpoint_takes_refresh_tokens_and_codes_in_their_place(tokens: Tokens) -> None:
    def refreshes(token: str) -> bool:
        answer = PS256_APP.post("/oauth2/token", {"grant_type": "refresh_token", "refresh_token": token})
        assert answer.status_code == 200 or json_of(answer)["error"] == "invalid_grant"
        return answer.status_code == 200

    assert good_ones(tokens, refreshes) == {"refresh token"}
    others = {kind: token for kind, token in tokens.items() if kind != "authorization code"}
    errors = {json_of(PS256_APP.exchange(token, Pkce()))["error"] for token in others.values()}
    assert errors == {"invalid_grant"}


@pytest.mark.spec("RFC 7009", "2.1")
def test_revocation_answers_alike_and_ends_what_is_an_access_or_refresh_token(tokens: Tokens) -> None:
    for kind in ("ID token", "logout token", "signed UserInfo", "authorization code"):
        assert PS256_APP.post("/oauth2/revoke", {"token": tokens[kind]}).status_code == 200
    assert introspect(RESOURCE_SERVER, tokens["JWT access token"])["active"]
    assert PS256_APP.post("/oauth2/revoke", {"token": tokens["JWT access token"]}).status_code == 200
    assert introspect(RESOURCE_SERVER, tokens["JWT access token"]) == {"active": False}
    assert introspect(RESOURCE_SERVER, tokens["opaque access token"])["active"]
