"""The plan "OpenID Connect Core: Basic": answers in the query."""

import pytest

from idp.oidc.tests.conformance.basic_modules import BasicModules

pytestmark = pytest.mark.spec("OIDC Core", "15.1")


class TestBasic(BasicModules):
    """Every module, answered by a redirect."""
