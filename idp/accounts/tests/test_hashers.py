"""`hashers`: the cost in production is the stated one, whatever tests use."""

import pytest
from django.contrib.auth.hashers import check_password, identify_hasher, make_password
from pytest_django import Settings

from idp.accounts.hashers import Argon2id
from idp.config import settings as production


@pytest.mark.spec("OWASP ASVS 5.0", "11.4.2")
def test_the_provider_hashes_with_argon2id_at_the_stated_cost(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = production.PASSWORD_HASHERS
    encoded = make_password("correct horse")
    assert encoded.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert isinstance(identify_hasher(encoded), Argon2id)
    assert check_password("correct horse", encoded)
    assert not check_password("correct hors", encoded)
    assert len(encoded) <= 128


def test_a_hash_of_another_cost_wants_an_upgrade(settings: Settings) -> None:
    cheap = make_password("x")
    assert not identify_hasher(cheap).must_update(cheap)
    settings.PASSWORD_HASHERS = production.PASSWORD_HASHERS
    assert identify_hasher(cheap).must_update(cheap)
