"""UserInfo as a JWT for clients that registered for it, in the algorithm they registered (OIDC Core §5.3.2)."""

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from idp.accounts.models import User
from idp.oidc.jose.keys import ALGORITHMS
from idp.oidc.jose.signing import NotOurs, verified, verified_hint
from idp.oidc.models import Client, SigningKey
from idp.oidc.tests.fixtures import ALL_PERSONAL, Count
from idp.tests.journey import Browser
from idp.tests.parties import SPA, WEB, get_json, json_of, obtain_tokens, userinfo


def register(algorithm: str) -> None:
    Client.objects.filter(client_id="third-web").update(userinfo_signed_response_alg=algorithm)


@pytest.mark.spec("OIDC Core", "5.3.2")
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_it_is_signed_as_registered_for_this_client(browser: Browser, shopper: User, algorithm: str) -> None:
    token = obtain_tokens(browser, WEB, scope=ALL_PERSONAL)["access_token"]
    plain = json_of(userinfo(token))
    register(algorithm)
    answer = userinfo(token)
    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (200, "application/jwt", "no-store")
    keys = KeySet.import_key_set(json_of(get_json("/oauth2/jwks")))  # type: ignore[arg-type]  # the same shape
    decoded = jwt.decode(answer.content, keys, algorithms=[algorithm])
    assert decoded.header["alg"] == algorithm
    # What JSON would have said, and for whom it was said; no nonce, nothing that an ID token has.
    assert decoded.claims == {**plain, "iss": "http://localhost:8000", "aud": "third-web"}
    assert decoded.claims["sub"] == str(shopper.pk)


def test_a_refusal_stays_json_with_its_challenge(browser: Browser) -> None:
    register("ES256")
    token = obtain_tokens(browser, WEB, scope="orders")["access_token"]
    answer = userinfo(token)
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/json")
    assert answer["WWW-Authenticate"].startswith("Bearer ")


def test_other_clients_still_read_json(browser: Browser) -> None:
    register("ES256")
    assert "sub" in json_of(userinfo(obtain_tokens(browser, SPA)["access_token"]))


@pytest.mark.spec("RFC 8725", "3.12")
def test_it_is_no_id_token(browser: Browser) -> None:
    """It has the `typ` of one, its issuer, audience and subject: only what an ID token alone says keeps them apart."""
    register("ES256")
    answer = userinfo(obtain_tokens(browser, WEB)["access_token"]).content.decode()
    assert verified(answer, typ="JWT")["aud"] == "third-web"
    with pytest.raises(NotOurs, match="not the claims of an ID token"):
        verified_hint(answer)


def test_without_a_key_it_says_so(browser: Browser) -> None:
    register("PS256")
    token = obtain_tokens(browser, WEB)["access_token"]
    SigningKey.objects.filter(algorithm="PS256").update(state="retiring")
    answer = userinfo(token)
    assert (answer.status_code, json_of(answer)["error"]) == (503, "temporarily_unavailable")


def test_it_costs_one_look_for_the_key(browser: Browser, costs: Count) -> None:
    register("ES256")
    token = obtain_tokens(browser, WEB)["access_token"]
    with costs(2):
        userinfo(token)
