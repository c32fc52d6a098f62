"""What an ID token says, checked the way a client checks it: against the published keys (OIDC Core §3.1.3.7)."""

import base64
import hashlib
from typing import Any

import pytest
import time_machine
from joserfc import jwt
from joserfc.jwk import KeySet

from idp.accounts.models import User
from idp.login.models import SsoSession
from idp.oidc.jose.claims import user_claims
from idp.oidc.tests.fixtures import ALL_PERSONAL, signed_in
from idp.tests.journey import Browser
from idp.tests.parties import MOBILE, SECOND_WEB, SPA, WEB, Party, get_json, json_of, obtain_tokens

PROTOCOL = {"iss", "sub", "aud", "iat", "exp", "auth_time", "acr", "amr", "sid", "at_hash", "nonce"}


def claims_of(id_token: str) -> dict[str, Any]:
    """The verified claims."""
    keys = KeySet.import_key_set(json_of(get_json("/oauth2/jwks")))  # type: ignore[arg-type]  # the same shape
    return dict(jwt.decode(id_token, keys, algorithms=["RS256", "ES256"]).claims)


@pytest.mark.spec("OIDC Core", "2")
@pytest.mark.parametrize(("party", "algorithm"), [(SPA, "ES256"), (MOBILE, "ES256"), (WEB, "RS256")])
def test_it_is_signed_as_registered_and_tells_of_this_sign_in(
    browser: Browser, shopper: User, party: Party, algorithm: str
) -> None:
    tokens = obtain_tokens(browser, party, scope=party.scope)
    keys = KeySet.import_key_set(json_of(get_json("/oauth2/jwks")))  # type: ignore[arg-type]  # the same shape
    decoded = jwt.decode(tokens["id_token"], keys, algorithms=[algorithm])
    assert decoded.header == {"alg": algorithm, "typ": "JWT", "kid": decoded.header["kid"]}
    claims, session = decoded.claims, SsoSession.objects.get()
    assert set(claims) == PROTOCOL
    assert (claims["iss"], claims["aud"], claims["sub"]) == ("http://localhost:8000", party.client_id, str(shopper.pk))
    assert (claims["sid"], claims["acr"], claims["amr"]) == (str(session.pk), "aal1", ["pwd"])
    assert claims["auth_time"] == int(session.auth_time.timestamp())
    assert claims["exp"] - claims["iat"] == 300


@pytest.mark.spec("OIDC Core", "3.1.3.6")
@pytest.mark.parametrize("party", [SPA, WEB], ids=["ES256", "RS256"])
def test_at_hash_is_the_left_half_of_the_access_tokens_digest(browser: Browser, party: Party) -> None:
    tokens = obtain_tokens(browser, party)
    half = hashlib.sha256(tokens["access_token"].encode()).digest()[:16]
    assert claims_of(tokens["id_token"])["at_hash"] == base64.urlsafe_b64encode(half).decode().rstrip("=")


@pytest.mark.spec("OIDC Core", "3.1.2.1")
@pytest.mark.parametrize("nonce", ["n" * 384, "ä ö\"'<>\\", "0"])
def test_nonce_comes_back_unchanged(browser: Browser, nonce: str) -> None:
    assert claims_of(obtain_tokens(browser, SPA, nonce=nonce)["id_token"])["nonce"] == nonce


def test_without_a_nonce_there_is_none(browser: Browser) -> None:
    assert set(claims_of(obtain_tokens(browser, SPA, nonce=None)["id_token"])) == PROTOCOL - {"nonce"}


@pytest.mark.spec("OIDC Core", "5.4")
def test_claims_of_the_scopes_are_not_in_it_unless_registered(browser: Browser) -> None:
    assert set(claims_of(obtain_tokens(browser, WEB, scope=ALL_PERSONAL)["id_token"])) == PROTOCOL


@pytest.mark.spec("OIDC Core", "5.1.2")
def test_registered_copies_need_their_scope_and_never_replace_the_protocols_own(browser: Browser, shopper: User) -> None:
    """The registration names sub, iss, aud, nonce, exp, acr and sid among its copies, and a phone it may not see."""
    claims = claims_of(obtain_tokens(browser, SECOND_WEB, scope="openid email profile", nonce=None)["id_token"])
    assert set(claims) == PROTOCOL - {"nonce"} | {"email", "name"}
    assert (claims["email"], claims["name"]) == ("ada@example.com", "Ada Obi")
    assert (claims["sub"], claims["aud"], claims["acr"]) == (str(shopper.pk), "second-web", "aal1")
    assert set(claims_of(obtain_tokens(browser, SECOND_WEB, scope="openid")["id_token"])) == PROTOCOL


@pytest.mark.spec("OIDC Core", "2")
def test_auth_time_is_of_the_session_behind_the_code_not_of_the_account(clients: None, shopper: User) -> None:
    with time_machine.travel("2026-11-22 12:00:00+00:00", tick=False) as clock:
        first = signed_in(shopper)
        early = claims_of(obtain_tokens(first, SPA)["id_token"])
        clock.shift(1000)
        second = signed_in(shopper)
        late = claims_of(obtain_tokens(second, SPA)["id_token"])
        again = claims_of(obtain_tokens(first, SPA, max_age="10000")["id_token"])
    assert late["auth_time"] == early["auth_time"] + 1000
    assert again["auth_time"] == early["auth_time"]
    assert again["sid"] == early["sid"] != late["sid"]
    assert again["iat"] == late["iat"]


def test_a_new_proof_in_the_same_session_moves_auth_time_and_keeps_sid(clients: None, shopper: User) -> None:
    from idp.tests.journey import Pkce, answer_of

    with time_machine.travel("2026-11-22 12:00:00+00:00", tick=False) as clock:
        browser = signed_in(shopper)
        before = claims_of(obtain_tokens(browser, SPA)["id_token"])
        clock.shift(50)
        pkce = Pkce()
        page = browser.open(SPA.authorize_url(pkce, prompt="login"))
        code = answer_of(browser.sign_in(page, username="ada@example.com")["Location"])["code"]
        after = claims_of(json_of(SPA.exchange(code, pkce))["id_token"])
    assert (after["auth_time"], after["sid"]) == (before["auth_time"] + 50, before["sid"])


def test_no_claim_of_a_person_is_named_like_one_of_the_protocols_own(shopper: User) -> None:
    """Were there one, only the order of two dictionaries would stand between a registration and a forged `sub`."""
    assert user_claims(shopper, ALL_PERSONAL.split()).keys().isdisjoint(PROTOCOL)
