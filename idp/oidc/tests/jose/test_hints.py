"""An id_token_hint counts if we signed it, as an ID token, for this issuer; its age does not matter (RFC 8725)."""

import base64
import hmac
import json

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from idp.oidc.jose import keys
from idp.oidc.jose.signing import NotOurs, signer, verified_hint
from idp.oidc.models import SigningKey
from idp.tests.journey import Browser
from idp.tests.parties import SPA, WEB, Party, obtain_tokens

CLAIMS = {"iss": "http://localhost:8000", "sub": "someone", "aud": "demo-spa", "iat": 1, "exp": 2}


def b64(value: object) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def public_pem(algorithm: str) -> bytes:
    kind = RSAKey if algorithm == "RS256" else ECKey
    pem: bytes = kind.import_key(SigningKey.objects.get(algorithm=algorithm).public_jwk).as_pem(private=False)
    return pem


@pytest.mark.spec("OIDC Core", "3.1.2.1")
@pytest.mark.parametrize("party", [SPA, WEB], ids=["ES256", "RS256"])
def test_an_expired_id_token_is_still_a_good_hint(browser: Browser, party: Party) -> None:
    token = obtain_tokens(browser, party)["id_token"]
    with time_machine.travel("2027-11-22", tick=False):
        assert verified_hint(token)["aud"] == party.client_id


@pytest.mark.spec("RFC 8725", "3.1")
def test_a_hint_by_a_key_that_signs_no_more_counts_until_the_key_is_gone(browser: Browser) -> None:
    token = obtain_tokens(browser, SPA)["id_token"]
    SigningKey.objects.filter(algorithm="ES256").update(state="retiring")
    assert verified_hint(token)["aud"] == "demo-spa"
    SigningKey.objects.filter(algorithm="ES256").update(state="gone")
    with pytest.raises(NotOurs):
        verified_hint(token)


def hs256(key: bytes, header: dict[str, str]) -> str:
    """A token whose maker took our public key for a shared secret."""
    signed = f"{b64({'alg': 'HS256', 'typ': 'JWT', **header})}.{b64(CLAIMS)}"
    return f"{signed}.{b64(hmac.digest(key, signed.encode(), 'sha256'))}"


def forgeries() -> dict[str, str]:
    """Tokens that must not count, by what is wrong with them."""
    kid = str(keys.active_key("ES256").kid)
    stranger_ec, stranger_rsa = ECKey.generate_key("P-256"), RSAKey.generate_key(2048)
    good = signer(algorithm="ES256", typ="JWT")(CLAIMS)
    head, body, signature = good.split(".")
    return {
        "alg none": f"{b64({'alg': 'none', 'typ': 'JWT'})}.{body}.",
        "alg None": f"{b64({'alg': 'None', 'typ': 'JWT', 'kid': kid})}.{body}.{signature}",
        "no signature": f"{head}.{body}.",
        "zero signature": f"{head}.{body}.{b64(bytes(64))}",
        "changed body": f"{head}.{b64({**CLAIMS, 'sub': 'x'})}.{signature}",
        "HS256 with our RSA key": hs256(public_pem("RS256"), {}),
        "HS256 with our EC key": hs256(public_pem("ES256"), {"kid": kid}),
        "HS256 with leading blanks": hs256(b"  " + public_pem("RS256"), {}),
        "foreign EC key": jwt.encode({"alg": "ES256", "typ": "JWT", "kid": kid}, CLAIMS, stranger_ec),
        "foreign RSA key": jwt.encode({"alg": "RS256", "typ": "JWT"}, CLAIMS, stranger_rsa),
        "key in header": jwt.encode({"alg": "ES256", "jwk": stranger_ec.as_dict(private=False)}, CLAIMS, stranger_ec),
        "unknown kid": f"{b64({'alg': 'ES256', 'typ': 'JWT', 'kid': '../../x'})}.{body}.{signature}",
        "kid is SQL": f"{b64({'alg': 'ES256', 'typ': 'JWT', 'kid': chr(39) + ' OR 1=1'})}.{body}.{signature}",
        "kid is no text": f"{b64({'alg': 'ES256', 'typ': 'JWT', 'kid': 7})}.{body}.{signature}",
        "other algorithm than the key": f"{b64({'alg': 'RS256', 'typ': 'JWT', 'kid': kid})}.{body}.{signature}",
        "crit": f"{b64({'alg': 'ES256', 'typ': 'JWT', 'kid': kid, 'crit': ['x'], 'x': 1})}.{body}.{signature}",
        "another typ": signer(algorithm="ES256", typ="logout+jwt")(CLAIMS),
        "another issuer": signer(algorithm="ES256", typ="JWT")({**CLAIMS, "iss": "https://evil.example"}),
        "no subject": signer(algorithm="ES256", typ="JWT")({"iss": CLAIMS["iss"]}),
        "subject is no text": signer(algorithm="ES256", typ="JWT")({**CLAIMS, "sub": 7}),
        "JSON serialisation": json.dumps({"payload": body, "protected": head, "signature": signature}),
        "five parts": f"{head}.{body}.{signature}.x.y",
        "body is a list": f"{head}.{b64([1])}.{signature}",
        "header is a list": f"{b64([1])}.{body}.{signature}",
        "deep header": f"{b64(b'[' * 3000)}.{body}.{signature}",
        "huge": good + "x" * 20_000,
        "not ASCII": "\u00e4.\u00f6.\u00fc",
        "nothing": "",
    }


@pytest.mark.spec("RFC 8725", "3.1")
@pytest.mark.spec("RFC 8725", "3.11")
def test_whatever_we_did_not_sign_as_an_id_token_is_refused(clients: None) -> None:
    accepted = []
    for name, token in forgeries().items():
        try:
            accepted.append((name, verified_hint(token)))
        except NotOurs:
            continue
    assert accepted == []
    assert verified_hint(signer(algorithm="ES256", typ="JWT")(CLAIMS)) == CLAIMS


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.text(), st.tuples(st.binary(), st.binary(), st.binary()).map(lambda parts: ".".join(map(b64, parts)))))
def test_no_text_at_all_is_a_fault(clients: None, token: str) -> None:
    with pytest.raises(NotOurs):
        verified_hint(token)
