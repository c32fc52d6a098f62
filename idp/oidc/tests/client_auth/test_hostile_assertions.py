"""Every known way to forge a JWT, tried as a client assertion: each is refused in the words of an unknown client (RFC 8725)."""

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey

from idp.core import clock
from idp.oidc.jose.received import NotAcceptable, read, verify
from idp.oidc.models import Client, SpentAssertion
from idp.oidc.tests.client_auth.signer import ISSUER, KEYS, TOKEN_ENDPOINT, Signer, public
from idp.oidc.tests.hostile_jose import Imitated, b64, hostile_tokens, mutations, signed_as_it_stands
from idp.tests.journey import basic
from idp.tests.parties import post_form

pytestmark = [pytest.mark.django_db, pytest.mark.spec("RFC 8725", "3"), pytest.mark.unmeasured]

_HYPOTHESIS = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
_HEADER = ("alg", "kid", "typ", "crit", "b64", "jwk", "jku", "x5u", "x5c", "cty", "zip")
_CLAIMS = ("iss", "sub", "aud", "exp", "iat", "nbf", "jti")


@pytest.fixture
def signer(clients: None, tmp_path: Path, settings: Any) -> Signer:  # noqa: ANN401 - pytest-django's settings
    # This many failures from one address would be told to wait.
    settings.IDP_THROTTLE = False
    return Signer().register(tmp_path)


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256", "EdDSA"])
def test_no_forgery_proves_anything(signer: Signer, algorithm: str) -> None:
    one = Signer(algorithm=algorithm)
    good = one.assertion()
    unknown = post_form("/oauth2/token", {"grant_type": "client_credentials"}, **basic("nobody", "x" * 48))
    heard = {}
    for name, token in hostile_tokens(Imitated(good, public(algorithm)["keys"][0])).items():
        # Larger than any form we read: the front door says so first.
        answer = one.present(token)
        if len(token) > 256 * 1024:
            assert answer.status_code == 413, name
        elif (answer.status_code, answer.content) != (401, unknown.content):
            heard[name] = (answer.status_code, answer.content)
    assert heard == {}
    assert SpentAssertion.objects.count() == 0
    # The model of them all is good, and still unspent.
    assert one.present(good).status_code == 200


def test_the_size_is_judged_before_anything_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json, "loads", None)
    with pytest.raises(NotAcceptable, match="larger"):
        read("x" * (16 * 1024 + 1))


@pytest.mark.parametrize("member", ["jwk", "jku", "x5u", "x5c", "crit", "b64", "zip", "enc", "p2c", "cty"])
def test_a_header_that_plays_tricks_is_refused_although_the_client_signed_it(signer: Signer, member: str) -> None:
    values: dict[str, Any] = {"jwk": public("ES256")["keys"][0], "x5c": ["x"], "crit": ["exp"], "b64": True, "p2c": 1}
    assert signer.present(signer.assertion(header={member: values.get(member, "https://x.example")})).status_code == 401
    assert signer.present(signer.assertion(header={"x-unknown": 1})).status_code == 200


@pytest.mark.parametrize("earlier", ["https://other.example", ISSUER])
def test_a_claim_that_stands_there_twice_is_refused_although_the_client_signed_it(signer: Signer, earlier: str) -> None:
    claims = f'{{"aud": "{earlier}", {json.dumps(signer.claims())[1:]}'
    token = jws.serialize_compact({"alg": "ES256", "kid": "ec"}, claims, KEYS["ES256"], algorithms=["ES256"])
    assert signer.present(token).status_code == 401


def test_only_an_algorithm_that_is_asked_for_is_used(signer: Signer) -> None:
    received, key = read(signer.assertion()), ECKey.import_key(KEYS["ES256"].as_dict(private=False))
    verify(received, key, algorithms=["ES256"])
    with pytest.raises(NotAcceptable):
        verify(received, key, algorithms=["RS256", "HS256"])


def test_a_key_that_is_too_short_is_not_used_even_if_it_is_in_the_table(signer: Signer) -> None:
    weak = rsa.generate_private_key(65537, 1024)  # noqa: S505 - that is the point
    numbers = weak.public_key().public_numbers()
    jwk = {"kty": "RSA", "n": b64(numbers.n.to_bytes(128)), "e": "AQAB", "kid": "rsa"}
    Client.objects.filter(client_id="signing-web").update(jwks={"keys": [jwk]})
    signing_input = f"{b64({'alg': 'RS256', 'kid': 'rsa'})}.{b64(signer.claims())}"
    signature = weak.sign(signing_input.encode(), padding.PKCS1v15(), hashes.SHA256())
    assert signer.present(f"{signing_input}.{b64(signature)}").status_code == 401


# --- Mutations ----------------------------------------------------------------------------------------------------------
@_HYPOTHESIS
@given(header=mutations(_HEADER), claims=mutations(_CLAIMS))
def test_what_the_client_did_not_sign_is_never_believed(signer: Signer, header: dict[str, Any], claims: dict[str, Any]) -> None:
    good = Imitated(signer.assertion(), public("ES256")["keys"][0])
    head, body, signature = good.parts
    changed = (b64({**good.header, **header}), b64({**good.claims, **claims}))
    for token in (f"{changed[0]}.{body}.{signature}", f"{head}.{changed[1]}.{signature}", f"{'.'.join(changed)}.{signature}"):
        if token != good.token:
            assert signer.present(token).status_code == 401


@_HYPOTHESIS
@given(header=mutations(_HEADER), claims=mutations(_CLAIMS))
def test_what_the_client_signed_is_believed_only_when_it_is_an_assertion(
    signer: Signer, header: dict[str, Any], claims: dict[str, Any]
) -> None:
    sent_header = {"alg": "ES256", "kid": "ec", **header}
    sent = {**signer.claims(), **claims}
    alg = sent_header["alg"]
    signing = {**sent_header, "alg": "ES256"}
    token = signed_as_it_stands(signing, sent, KEYS["ES256"])
    if alg != "ES256":
        token = f"{b64(sent_header)}.{token.partition('.')[2]}"
    status = signer.present(token).status_code
    assert status in {200, 401}
    if status == 200:
        assert (sent_header["alg"], sent["iss"], sent["sub"]) == ("ES256", "signing-web", "signing-web")
        assert sent["aud"] in {ISSUER, TOKEN_ENDPOINT}
        assert 0 < sent["exp"] - clock.epoch(clock.now()) <= 3610
        assert isinstance(sent["jti"], str)
        assert not {"crit", "b64", "jwk", "jku", "x5u", "x5c", "cty", "zip"} & sent_header.keys()


@_HYPOTHESIS
@given(st.one_of(st.text(), st.tuples(st.binary(), st.binary(), st.binary()).map(lambda parts: ".".join(map(b64, parts)))))
def test_no_text_at_all_is_a_fault(signer: Signer, token: str) -> None:
    assert signer.present(token.encode("utf-8", "replace").decode()).status_code == 401
