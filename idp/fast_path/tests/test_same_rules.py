"""The tests of introspection, UserInfo and client authentication once more, asked through the fast path."""

import pytest

from idp.oidc.tests.client_auth.test_methods import *  # noqa: F403 - its tests, whatever they are called
from idp.oidc.tests.endpoints.test_introspection import *  # noqa: F403 - its tests, whatever they are called
from idp.oidc.tests.endpoints.test_userinfo import *  # noqa: F403 - its tests, whatever they are called


@pytest.fixture(autouse=True)
def in_front(answered: list[str]) -> None:
    """The test client asks there first."""
