"""Members of staff and their browsers, beside the shopper and the clients that the protocol's tests have."""

from collections.abc import Callable

import pytest

from idp.accounts.models import User
from idp.accounts.roles import Role
from idp.oidc.tests.fixtures import browser, clients, registrations, shopper, signed_in, stranger
from idp.tests.journey import Browser

__all__ = ["browser", "clients", "registrations", "shopper", "stranger"]


@pytest.fixture
def helper(clients: None, make_user: Callable[..., User]) -> User:
    """A member of staff who may look."""
    return make_user(email="kemi@example.com", role=Role.SUPPORT)


@pytest.fixture
def chief(clients: None, make_user: Callable[..., User]) -> User:
    """A member of staff who may change something."""
    return make_user(email="bisi@example.com", role=Role.SUPER_ADMIN)


@pytest.fixture
def looking(helper: User) -> Browser:
    """The browser of the one who may look."""
    return signed_in(helper)


@pytest.fixture
def changing(chief: User) -> Browser:
    """The browser of the one who may change something."""
    return signed_in(chief)
