"""Keys of a client in its registration: public, strong, told apart, in one place (RFC 7591 §2, RFC 7517)."""

from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey, OKPKey

from idp.oidc.models import Client
from idp.oidc.registry.files import RegistrationRefused
from idp.oidc.registry.sync import sync_clients
from idp.oidc.tests.client_auth.signer import KEYS, public
from idp.oidc.tests.fixtures import read_entries
from idp.oidc.tests.hostile_jose import b64
from idp.oidc.tests.registry.test_files import GOOD

WEB = "https://shop.example/jwks"
EC = KEYS["ES256"].as_dict(private=False)
SIGNING: dict[str, Any] = {
    **{name: value for name, value in GOOD.items() if name != "client_secret"},
    "token_endpoint_auth_method": "private_key_jwt",
}  # fmt: skip


RSA = KEYS["RS256"].as_dict(private=False)
# 1024 bits, and 9000: numbers are all that is looked at.
SHORT, LONG = b64((1 << 1023 | 1).to_bytes(128)), b64((1 << 8999 | 1).to_bytes(1125))


def refusal(folder: Path, entry: dict[str, Any]) -> str:
    """The sentences about this entry."""
    with pytest.raises(RegistrationRefused) as caught:
        read_entries([entry], folder)
    return str(caught.value)


@pytest.mark.django_db
def test_a_client_that_signs_is_confidential_without_a_secret_wherever_its_keys_are(tmp_path: Path) -> None:
    for keys, elsewhere in ({"jwks": public("RS256")}, {"jwks_uri": ""}), ({"jwks_uri": WEB}, {"jwks": {}}):
        sync_clients(registrations=read_entries([{**SIGNING, **keys}], tmp_path))
        client = Client.objects.get()
        assert (client.is_confidential, client.client_secret) == (True, "")
        assert {name: getattr(client, name) for name in ("jwks", "jwks_uri")} == {**keys, **elsewhere}


@pytest.mark.django_db
def test_keys_of_a_client_with_a_secret_are_kept_as_well(tmp_path: Path) -> None:
    sync_clients(registrations=read_entries([{**GOOD, "jwks": {"keys": [EC]}}], tmp_path))
    assert Client.objects.get().jwks == {"keys": [EC]}


@pytest.mark.spec("RFC 7591", "2")
def test_keys_stand_in_one_place(tmp_path: Path) -> None:
    assert "not both" in refusal(tmp_path, {**SIGNING, "jwks": public("ES256"), "jwks_uri": WEB})
    assert "needs jwks or jwks_uri" in refusal(tmp_path, SIGNING)


def test_a_client_that_signs_has_no_secret(tmp_path: Path) -> None:
    for secret in ({"client_secret": "s" * 48}, {"client_secret_env": "DEMO_API_CLIENT_SECRET"}):
        assert "has no secret" in refusal(tmp_path, {**SIGNING, "jwks": public("ES256"), **secret})


@pytest.mark.parametrize("algorithm", ["HS256", "none", "RS1", "ES384", "RS384", 7, None])
def test_only_our_algorithms_may_be_registered(tmp_path: Path, algorithm: object) -> None:
    entry = {**SIGNING, "jwks": public("ES256"), "token_endpoint_auth_signing_alg": algorithm}
    assert "token_endpoint_auth_signing_alg" in refusal(tmp_path, entry)


def test_the_registered_algorithm_needs_a_key_that_fits(tmp_path: Path) -> None:
    said = refusal(tmp_path, {**SIGNING, "jwks": public("ES256"), "token_endpoint_auth_signing_alg": "RS256"})
    assert "no key signs with RS256" in said
    assert "no key signs with" in refusal(tmp_path, {**SIGNING, "jwks": {"keys": [{**EC, "use": "enc"}]}})


@pytest.mark.parametrize("uri", ["http://shop.example/jwks", "javascript:x", "https://user@shop.example/jwks", "file:///x", 7])
def test_the_address_of_keys_is_judged(tmp_path: Path, uri: object) -> None:
    assert "jwks_uri" in refusal(tmp_path, {**SIGNING, "jwks_uri": uri})


@pytest.mark.spec("RFC 7517", "9.3")
@pytest.mark.parametrize(
    ("jwks", "word"),
    [
        ("x", "jwks"), ({}, "JWK Set"), ({"keys": []}, "JWK Set"), ({"keys": ["x"]}, "JWK Set"), ({"keys": {}}, "JWK Set"),
        ({"keys": [EC] * 51}, "1 to 50"),
        ({"keys": [EC, {**EC, "d": "canary"}]}, "key 2 is a private key"),
        ({"keys": [{"kty": "oct", "k": "canary"}]}, "private key"),
        ({"keys": [{**EC, "kty": "AKP"}]}, "not supported"), ({"keys": [{**EC, "kty": ["EC"]}]}, "not supported"),
        ({"keys": [{**EC, "crv": "P-224"}]}, "curve"), ({"keys": [{**EC, "crv": "secp256k1"}]}, "curve"),
        ({"keys": [{**OKPKey.generate_key("Ed25519").as_dict(private=False), "crv": "Ed448"}]}, "curve"),
        ({"keys": [{**EC, "x": EC["y"]}]}, "cannot be read"), ({"keys": [{**EC, "x": 7}]}, "cannot be read"),
        ({"keys": [{"kty": "EC", "crv": "P-256"}]}, "cannot be read"),
        ({"keys": [{**RSA, "n": SHORT}]}, "has 1024 bits"), ({"keys": [{**RSA, "n": LONG}]}, "has 9000 bits"),
        ({"keys": [{**RSA, "e": "AQAAAAAAAAAB"}]}, "exponent"), ({"keys": [{**RSA, "e": "Ag"}]}, "cannot be read"),
        ({"keys": [{**RSA, "e": 3}]}, "cannot be read"), ({"keys": [{"kty": "RSA", "n": RSA["n"]}]}, "cannot be read"),
        ({"keys": [{**RSA, "n": "not base64!"}]}, "cannot be read"),
        ({"keys": [{**EC, "kid": "a"}, {**EC, "kid": "a"}]}, "kid of its own"),
        ({"keys": [{**EC, "kid": "a"}, {name: value for name, value in EC.items() if name != "kid"}]}, "kid of its own"),
    ],
)  # fmt: skip
def test_a_key_that_is_secret_weak_or_nameless_is_refused(tmp_path: Path, jwks: object, word: str) -> None:
    said = refusal(tmp_path, {**SIGNING, "jwks": jwks})
    assert word in said
    assert "canary" not in said


def test_keys_for_other_purposes_may_stand_beside(tmp_path: Path) -> None:
    others = [
        {**ECKey.generate_key("P-384").as_dict(private=False), "kid": "a", "use": "enc"},
        {**OKPKey.generate_key("X25519").as_dict(private=False), "kid": "b", "use": "enc"},
    ]
    (read,) = read_entries([{**SIGNING, "jwks": {"keys": [*others, EC]}}], tmp_path)
    assert read.jwks == {"keys": [*others, EC]}
