"""The plan "OpenID Connect Core: Form Post Basic": the same modules, answers posted by a form."""

import pytest

from idp.oidc.tests.conformance.basic_modules import BasicModules

pytestmark = pytest.mark.spec("OAuth 2.0 Form Post Response Mode", "2")


class TestFormPost(BasicModules):
    """Every module, answered by a page that posts."""

    response_mode = "form_post"
