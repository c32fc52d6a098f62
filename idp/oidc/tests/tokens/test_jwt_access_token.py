"""Access tokens as JWTs: verified by anybody, and at this provider alive exactly as long as opaque ones (RFC 9068)."""

from typing import Any

import pytest
import time_machine
from joserfc import jwt
from joserfc.jwk import KeySet

from idp.accounts.models import User
from idp.accounts.services.set_active import set_active
from idp.login.models import SsoSession
from idp.login.services.end_session import end_session
from idp.oidc.jose.keys import ALGORITHMS
from idp.oidc.jose.rotation import remove_key
from idp.oidc.models import AccessToken, Client, SigningKey
from idp.oidc.tests.fixtures import ALL_PERSONAL, Count, signed_in
from idp.oidc.tokens.format import checksum
from idp.tests.journey import Browser, Pkce
from idp.tests.parties import (
    BACKEND,
    DEMO_API,
    PS256_APP,
    RESOURCE_SERVER,
    SPA,
    WEB,
    get_json,
    introspect,
    json_of,
    obtain_code,
    obtain_tokens,
    post_form,
    userinfo,
)

DEAD = {"active": False}
MOMENT = "2026-11-22 12:00:00+00:00"


@pytest.fixture(autouse=True)
def _as_jwt(clients: None) -> None:
    """Every client's access tokens are JWTs here."""
    Client.objects.update(access_token_format="jwt")


def read(token: str, algorithm: str = "RS256") -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims, as a resource server verifies them: by the published keys alone."""
    keys = KeySet.import_key_set(json_of(get_json("/oauth2/jwks")))  # type: ignore[arg-type]  # the same shape
    decoded = jwt.decode(token, keys, algorithms=[algorithm])
    return dict(decoded.header), dict(decoded.claims)


# --- What it says -------------------------------------------------------------------------------------------------------
@pytest.mark.spec("RFC 9068", "2.2")
@pytest.mark.spec("RFC 9068", "2.2.1")
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_it_says_what_introspection_says_in_the_clients_algorithm(browser: Browser, shopper: User, algorithm: str) -> None:
    Client.objects.filter(client_id="third-web").update(id_token_signed_response_alg=algorithm)
    with time_machine.travel(MOMENT, tick=False):
        answer = obtain_tokens(signed_in(shopper), WEB, scope="openid email roles orders")
        header, claims = read(answer["access_token"], algorithm)
        told = introspect(RESOURCE_SERVER, answer["access_token"])
    assert header == {"alg": algorithm, "typ": "at+jwt", "kid": header["kid"]}
    assert set(claims) == {
        "iss", "exp", "aud", "sub", "client_id", "iat", "jti", "scope", "auth_time", "acr", "amr", "sid",
        "role", "roles", "is_staff", "member_id", "auth_provider",
    }  # fmt: skip
    assert claims == {name: told[name] for name in claims}
    assert claims["aud"] == ["https://api.example", "http://localhost:8000"]
    assert claims["exp"] - claims["iat"] == answer["expires_in"] == 600


@pytest.mark.spec("RFC 9068", "6")
def test_it_names_nobody_who_may_be_reached(browser: Browser) -> None:
    """It can be read by whoever carries it: no address, name or number is in it, whatever was granted."""
    _header, claims = read(obtain_tokens(browser, WEB, scope=ALL_PERSONAL)["access_token"])
    assert not {"email", "phone_number", "name", "address", "username", "birthdate"} & set(claims)
    _header, claims = read(obtain_tokens(browser, WEB, scope="openid orders")["access_token"])
    assert not {"role", "roles", "is_staff", "member_id"} & set(claims)


@pytest.mark.spec("RFC 9068", "2.2")
def test_a_clients_own_token_names_the_client_and_no_sign_in(clients: None) -> None:
    answer = json_of(RESOURCE_SERVER.post("/oauth2/token", {"grant_type": "client_credentials", "scope": "orders"}))
    _header, claims = read(answer["access_token"])
    assert set(claims) == {"iss", "exp", "aud", "sub", "client_id", "iat", "jti", "scope"}
    assert (claims["sub"], claims["client_id"], claims["aud"]) == ("resource-server",) * 2 + (["https://api.example"],)
    assert introspect(RESOURCE_SERVER, answer["access_token"])["active"]


@pytest.mark.spec("OIDC Core", "3.1.3.6")
def test_a_refresh_makes_another_and_the_id_token_goes_with_it(browser: Browser) -> None:
    first = obtain_tokens(browser, PS256_APP, scope="openid offline_access orders")
    form = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    again = json_of(PS256_APP.post("/oauth2/token", form))
    (_, one), (_, two) = read(first["access_token"], "PS256"), read(again["access_token"], "PS256")
    assert one["jti"] != two["jti"]
    same = ("sub", "sid", "auth_time", "client_id", "aud", "scope")
    assert {name: one[name] for name in same} == {name: two[name] for name in same}


def test_only_its_digest_is_stored(browser: Browser) -> None:
    token = obtain_tokens(browser, WEB)["access_token"]
    row = AccessToken.objects.get(token_checksum=checksum(token))
    assert row.token == ""
    assert read(token)[1]["jti"] == str(row.jti)


# --- How it ends --------------------------------------------------------------------------------------------------------
def ended_by(what: str, token: str, shopper: User) -> None:
    session = SsoSession.objects.get()
    if what == "revocation":
        assert SPA.post("/oauth2/revoke", {"token": token}).status_code == 200
    elif what == "sign-out":
        end_session(sid=session.pk, reason="logout")
    elif what == "disabled person":
        set_active(user_id=shopper.pk, active=False)
    elif what == "disabled client":
        Client.objects.filter(client_id="demo-spa").update(enabled=False)
    elif what == "removed key":
        remove_key(SigningKey.objects.get(algorithm="ES256", state="active").kid)


@pytest.mark.spec("RFC 9068", "5")
@pytest.mark.parametrize("what", ["revocation", "sign-out", "disabled person", "disabled client", "removed key"])
def test_whatever_ends_an_opaque_token_ends_it_here(browser: Browser, shopper: User, what: str) -> None:
    token = obtain_tokens(browser, SPA)["access_token"]
    assert userinfo(token).status_code == 200
    assert introspect(DEMO_API, token)["active"]
    ended_by(what, token, shopper)
    assert introspect(DEMO_API, token) == DEAD
    assert userinfo(token).status_code == 401


def test_it_expires_to_the_second(browser: Browser, shopper: User) -> None:
    with time_machine.travel(MOMENT, tick=False) as travel:
        token = obtain_tokens(signed_in(shopper), SPA)["access_token"]
        travel.shift(599)
        assert introspect(DEMO_API, token)["active"]
        travel.shift(1)
        assert introspect(DEMO_API, token) == DEAD


def test_another_client_cannot_revoke_it(browser: Browser) -> None:
    token = obtain_tokens(browser, SPA)["access_token"]
    assert WEB.post("/oauth2/revoke", {"token": token}).status_code == 200
    assert introspect(DEMO_API, token)["active"]


@pytest.mark.spec("RFC 7662", "4")
def test_only_those_it_is_meant_for_are_told_of_it(browser: Browser) -> None:
    token = obtain_tokens(browser, WEB)["access_token"]
    assert introspect(RESOURCE_SERVER, token)["active"]
    assert introspect(BACKEND, token)["active"]
    assert introspect(DEMO_API, token) == DEAD


def test_a_signature_of_ours_without_a_row_is_worth_nothing(browser: Browser) -> None:
    """What was signed for an exchange that then failed never became a token."""
    token = obtain_tokens(browser, SPA)["access_token"]
    AccessToken.objects.all().delete()
    assert introspect(DEMO_API, token) == DEAD
    assert userinfo(token).status_code == 401


def test_a_page_may_read_that_its_token_is_dead(browser: Browser) -> None:
    token = obtain_tokens(browser, SPA)["access_token"]
    SPA.post("/oauth2/revoke", {"token": token})
    answer = get_json("/oauth2/userinfo", authorization=f"Bearer {token}", origin="http://localhost:5173")
    assert answer.status_code == 401
    assert answer["Access-Control-Allow-Origin"] == "http://localhost:5173"


def test_without_a_key_no_code_is_spent(browser: Browser) -> None:
    pkce = Pkce()
    code = obtain_code(browser, SPA, pkce, scope="orders")
    SigningKey.objects.filter(algorithm="ES256").update(state="retiring")
    answer = SPA.exchange(code, pkce)
    assert (answer.status_code, json_of(answer)["error"]) == (503, "temporarily_unavailable")
    SigningKey.objects.filter(algorithm="ES256").update(state="active")
    assert SPA.exchange(code, pkce).status_code == 200


# --- What it costs ------------------------------------------------------------------------------------------------------
def test_reading_it_costs_one_look_for_the_key_more(browser: Browser, costs: Count) -> None:
    token = obtain_tokens(browser, WEB)["access_token"]
    # The callers of this file were changed a moment ago, so they are read from SQL on every store.
    with costs(3):
        introspect(RESOURCE_SERVER, token)
    with costs(2):
        userinfo(token)


def test_making_it_costs_no_statement_more(browser: Browser, costs: Count) -> None:
    pkces = [Pkce(), Pkce()]
    codes = [obtain_code(browser, SPA, pkce, scope="orders") for pkce in pkces]
    # The first one parses the key.
    SPA.exchange(codes[0], pkces[0])
    with costs(6):
        assert SPA.exchange(codes[1], pkces[1]).status_code == 200


def test_what_we_cannot_have_signed_is_not_looked_for(browser: Browser, costs: Count) -> None:
    token = obtain_tokens(browser, WEB)["access_token"]
    for forged in (token + "x" * 20_000, "e30." + token.partition(".")[2], "a.b.c", "x"):
        with costs(1):
            assert introspect(RESOURCE_SERVER, forged) == DEAD
        with costs(0):
            assert post_form("/oauth2/userinfo", {"access_token": forged}).status_code == 401
