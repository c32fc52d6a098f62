"""A token of others is verified with exactly the algorithms its reader named (RFC 8725 §3.1)."""

import pytest
from joserfc.jwk import ECKey, RSAKey

from idp.oidc.jose.received import NotAcceptable, read, verify
from idp.oidc.tests.hostile_jose import STRANGERS, PublicKey, signed_as_it_stands


@pytest.mark.spec("RFC 8725", "3.1")
@pytest.mark.parametrize(
    ("algorithm", "key"),
    [
        ("RS256", STRANGERS["RS256"]), ("RS384", STRANGERS["RS256"]), ("PS256", STRANGERS["RS256"]),
        ("ES256", STRANGERS["ES256"]),
        ("ES384", ECKey.generate_key("P-384")), ("EdDSA", STRANGERS["EdDSA"]),
    ],
)  # fmt: skip
def test_a_good_signature_by_an_algorithm_that_was_not_asked_for_is_none(algorithm: str, key: PublicKey) -> None:
    received = read(signed_as_it_stands({"alg": algorithm}, {"sub": "x"}, key))
    verify(received, key, algorithms=[algorithm])
    for others in ([], [name for name in ("RS256", "PS256", "ES256", "EdDSA") if name != algorithm]):
        with pytest.raises(NotAcceptable, match="algorithm"):
            verify(received, key, algorithms=others)


@pytest.mark.spec("RFC 7518", "3.3")
def test_a_key_of_another_kind_is_not_used(recwarn: pytest.WarningsRecorder) -> None:
    received = read(signed_as_it_stands({"alg": "ES256"}, {"sub": "x"}, STRANGERS["ES256"]))
    for key in (RSAKey.import_key(STRANGERS["RS256"].as_dict(private=False)), STRANGERS["EdDSA"], ECKey.generate_key("P-384")):
        with pytest.raises(NotAcceptable):
            verify(received, key, algorithms=["ES256"])
    assert not recwarn.list
