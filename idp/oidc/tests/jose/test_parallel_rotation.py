"""Several processes rotate, remove and sign at the same moment: one key signs throughout (OIDC Core §10.1.1)."""

from collections import Counter

import pytest
import time_machine

from idp.core import clock
from idp.core.errors import NotFound
from idp.oidc.jose import rotation
from idp.oidc.jose.signing import signer, verified_hint
from idp.oidc.models import SigningKey
from idp.oidc.tests.tokens.test_parallel_redemption import at_once

CLAIMS = {"iss": "http://localhost:8000", "sub": "someone", "aud": "demo-spa", "iat": 1, "exp": 2}
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def cheap_keys(clients: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the algorithm whose keys cost nothing to make."""
    monkeypatch.setattr("idp.oidc.jose.keys.ALGORITHMS", ("ES256",))


def how_many() -> Counter[str]:
    return Counter(SigningKey.objects.filter(algorithm="ES256").values_list("state", flat=True))


def sign_and_verify() -> bool:
    return verified_hint(signer(algorithm="ES256", typ="JWT")(CLAIMS)) == CLAIMS


@pytest.mark.spec("OIDC Core", "10.1.1")
def test_however_many_rotate_at_once_each_step_happens_once() -> None:
    with time_machine.travel(clock.now(), tick=False) as travel:
        turns = iter([rotation.rotate_keys_now, sign_and_verify] * 6)
        assert all(at_once(lambda: next(turns)() is not False, 12))
        assert how_many() == {"active": 1, "next": 1}
        travel.shift(rotation.PUBLISHED_BEFORE)
        turns = iter([rotation.rotate_due_keys, sign_and_verify] * 6)
        assert all(at_once(lambda: next(turns)() is not False, 12))
    assert how_many() == {"retiring": 1, "active": 1}


@pytest.mark.spec("RFC 7517", "5")
def test_a_key_that_is_removed_twice_at_once_has_one_successor() -> None:
    leaked = SigningKey.objects.get(algorithm="ES256").kid

    def remove() -> None:
        try:
            rotation.remove_key(leaked)
        except NotFound:
            return

    at_once(remove, 6)
    assert how_many() == {"gone": 1, "active": 1}
    assert sign_and_verify()
