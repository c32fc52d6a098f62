"""People, two administrators of different rank, and a way to write down what one of them orders."""

from collections.abc import Callable

import pytest

from idp.accounts.models import User
from idp.accounts.roles import Role
from idp.login.models import SsoSession
from idp.oidc.tests.fixtures import browser, clients, registrations, shopper, signed_in
from idp.user_admin.authority import Order

__all__ = ["browser", "clients", "registrations", "shopper"]

REASON = "ticket 4711"


@pytest.fixture
def chief(clients: None, make_user: Callable[..., User]) -> User:
    """A super administrator, signed in."""
    person = make_user(email="bisi@example.com", role=Role.SUPER_ADMIN)
    signed_in(person)
    return person


@pytest.fixture
def warden(clients: None, make_user: Callable[..., User]) -> User:
    """An administrator, signed in."""
    person = make_user(email="tunde@example.com", role=Role.ADMIN)
    signed_in(person)
    return person


def ordered(by: User, upon: User, reason: str = REASON) -> Order:
    """What `by` wants done, in the session they have."""
    return Order(actor=SsoSession.objects.get(user=by, ended_at=None).context, user_id=upon.pk, reason=reason)
