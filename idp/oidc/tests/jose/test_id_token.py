"""What an ID token says, checked the way a client checks it: against the published keys (OIDC Core §3.1.3.7)."""

import base64
import hashlib
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from joserfc import jwt
from joserfc.jwk import KeySet

from idp.accounts.models import User
from idp.login.models import SsoSession
from idp.oidc.jose.claims import user_claims
from idp.oidc.jose.id_token import half_hash
from idp.oidc.jose.keys import ALGORITHMS
from idp.oidc.tests.fixtures import ALL_PERSONAL, signed_in
from idp.tests.journey import Browser
from idp.tests.parties import (
    EDDSA_APP,
    MOBILE,
    PS256_APP,
    SECOND_WEB,
    SPA,
    WEB,
    Party,
    get_json,
    json_of,
    obtain_tokens,
)

PROTOCOL = {"iss", "sub", "aud", "iat", "exp", "auth_time", "acr", "amr", "sid", "at_hash", "nonce"}


def claims_of(id_token: str) -> dict[str, Any]:
    """The verified claims."""
    keys = KeySet.import_key_set(json_of(get_json("/oauth2/jwks")))  # type: ignore[arg-type]  # the same shape
    return dict(jwt.decode(id_token, keys, algorithms=["RS256", "PS256", "ES256", "EdDSA"]).claims)


@pytest.mark.spec("OIDC Core", "2")
@pytest.mark.parametrize(
    ("party", "algorithm"),
    [(SPA, "ES256"), (MOBILE, "ES256"), (WEB, "RS256"), (PS256_APP, "PS256"), (EDDSA_APP, "EdDSA")],
)
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
@pytest.mark.parametrize(
    ("party", "half"),
    [
        (SPA, lambda value: hashlib.sha256(value).digest()[:16]), (WEB, lambda value: hashlib.sha256(value).digest()[:16]),
        (PS256_APP, lambda value: hashlib.sha256(value).digest()[:16]),
        # Ed25519 has SHA-512 inside (RFC 8032 §5.1).
        (EDDSA_APP, lambda value: hashlib.sha512(value).digest()[:32]),
    ],
    ids=["ES256", "RS256", "PS256", "EdDSA"],
)  # fmt: skip
def test_at_hash_is_the_left_half_of_the_access_tokens_digest(
    browser: Browser, party: Party, half: Callable[[bytes], bytes]
) -> None:
    tokens = obtain_tokens(browser, party)
    expected = base64.urlsafe_b64encode(half(tokens["access_token"].encode())).decode().rstrip("=")
    assert claims_of(tokens["id_token"])["at_hash"] == expected


@pytest.mark.spec("OIDC Core", "3.1.3.6")
def test_an_algorithm_without_a_known_digest_gets_no_hash_at_all() -> None:
    """A hash that is guessed at would be compared by nobody, or by somebody who lets anything pass."""
    with pytest.raises(KeyError):
        half_hash("fst_at_x", algorithm="HS256")
    assert all(half_hash("fst_at_x", algorithm=algorithm) for algorithm in ALGORITHMS)


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
    of_a_person = user_claims(shopper, ALL_PERSONAL.split())
    # Those of JWT access tokens, logout tokens and signed UserInfo besides (RFC 7519 §4.1, RFC 9068 §2.2).
    assert of_a_person.keys().isdisjoint(PROTOCOL | {"azp", "c_hash", "nbf", "jti", "client_id", "scope", "events", "active"})


@pytest.mark.spec("OIDC Core", "2")
@pytest.mark.parametrize("party", [MOBILE, PS256_APP, EDDSA_APP], ids=lambda party: party.client_id)
def test_each_claim_has_its_type_at_the_exchange_and_at_each_refresh(browser: Browser, party: Party) -> None:
    """One audience, as a string, and so never `azp`, which would have to be the same in both (OIDC Core §12.2)."""
    tokens = obtain_tokens(browser, party, scope="openid offline_access orders")
    first = claims_of(tokens["id_token"])
    again = json_of(party.post("/oauth2/token", {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}))
    second = claims_of(again["id_token"])
    for claims in (first, second):
        assert {name: type(claims[name]) for name in PROTOCOL - {"nonce"}} == {
            "iss": str, "sub": str, "aud": str, "iat": int, "exp": int, "auth_time": int, "acr": str, "amr": list, "sid": str,
            "at_hash": str,
        }  # fmt: skip
    # The nonce belongs to the answer of the authorization request (OIDC Core §12.2).
    assert (set(first), set(second)) == (PROTOCOL, PROTOCOL - {"nonce"})
    moving = {"iat", "exp", "at_hash"}
    assert {name: first[name] for name in set(second) - moving} == {name: second[name] for name in set(second) - moving}
    assert second["at_hash"] != first["at_hash"]
