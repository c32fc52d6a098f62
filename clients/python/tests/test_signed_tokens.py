"""What is judged before a key is looked for: a token the provider cannot have signed costs nothing."""

import json

import pytest

from fashionistar_auth.conf import get_settings
from fashionistar_auth.provider_keys import ProviderKeys
from fashionistar_auth.signed_tokens import Malformed, NotOurs, WrongSignature, signed_payload
from tests.provider import Provider
from tests.token_signer import TokenSigner, encoded
from tests.transmitter import KEY

TYPES = ("at+jwt",)


def test_what_was_signed_comes_back_as_it_stands(provider: Provider) -> None:
    token = TokenSigner(provider).sign(b'{"a": 1, "a": 2}')
    assert signed_payload(token, types=TYPES, keys=ProviderKeys(get_settings())) == b'{"a": 1, "a": 2}'


@pytest.mark.spec("RFC 8725", "3.1")
@pytest.mark.parametrize("algorithm", ["none", "None", "HS256", "HS512", "RS512", "ES256K", "dir", ""])
def test_no_algorithm_but_those_of_the_provider(provider: Provider, algorithm: str) -> None:
    header = encoded(f'{{"alg": "{algorithm}", "kid": "k1", "typ": "at+jwt"}}'.encode())
    with pytest.raises(WrongSignature):
        signed_payload(f"{header}.e30.AA", types=TYPES, keys=ProviderKeys(get_settings()))
    assert provider.seen == []


@pytest.mark.spec("RFC 8725", "3.1")
@pytest.mark.parametrize("published", [{"alg": "RS256"}, {}])
def test_a_key_serves_its_own_algorithm(provider: Provider, published: dict[str, str]) -> None:
    signer, key = TokenSigner(provider), {**KEY.as_dict(private=False), "alg": None, **published}
    provider.key_set = json.dumps({"keys": [{name: value for name, value in key.items() if value}]}).encode()
    token = signer.sign(b"{}", header={"alg": "PS256"})
    with pytest.raises(WrongSignature):
        signed_payload(token, types=TYPES, keys=ProviderKeys(get_settings()))


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a.b",
        "a.b.c.d",
        "..",
        "a..c",
        "a.b.c\n",
        "a b.c.d",
        "a+/.b.c",
        "e30=.e30.AA",
        "\u00e9.b.c",
        # Deep, and a header that is no object.
        f"{encoded(b'[' * 9000)}.e30.AA",
        f"{encoded(b'[]')}.e30.AA",
        f"{encoded(bytes([255]))}.e30.AA",
    ],
)
def test_what_is_no_signed_token(provider: Provider, token: str) -> None:
    with pytest.raises(Malformed):
        signed_payload(token, types=TYPES, keys=ProviderKeys(get_settings()))
    assert provider.seen == []


def test_a_token_larger_than_any_of_the_provider_is_not_read(provider: Provider) -> None:
    token = TokenSigner(provider).sign(b'"' + b"a" * 16_384 + b'"')
    with pytest.raises(NotOurs, match="not a signed token"):
        signed_payload(token, types=TYPES, keys=ProviderKeys(get_settings()))
    assert provider.seen == []
