"""The key that signs seals, and a trail with two of them."""

import pytest
from django.conf import settings

from idp.audit.models import SecurityEvent
from idp.oidc.jose import keys
from idp.oidc.models import SigningKey
from idp.oidc.tests.audit.trail import problems, recorded, sealed

# What can happen on one store only.
collect_ignore = ["test_committed_late.py" if settings.ENVIRONMENT.uses_sqlite else "test_unreadable.py"]


@pytest.fixture
def signing_key(db: None) -> SigningKey:
    """An active one."""
    key = keys.new_key("ES256", SigningKey.State.ACTIVE)
    assert keys.stored(key)
    return key


@pytest.fixture
def trail(signing_key: SigningKey) -> list[SecurityEvent]:
    """Six events under two seals; the key's own making is at position 1."""
    first = recorded(3)
    sealed()
    second = recorded(3)
    sealed()
    assert problems() == []
    return first + second
