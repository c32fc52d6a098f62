"""The way in for somebody who lost the second factor: one of the codes they kept. It leads to setting up a new factor."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from idp.core.api_ingress import parsed
from idp.core.specs import implements
from idp.login.addresses import step_path
from idp.login.services.prove_second_factor import prove_recovery_code
from idp.login.state import Facts, LoginState
from idp.login.steps.code_form import CodeForm
from idp.login.steps.page import StepPage
from idp.login.types import StepName


def show(state: LoginState) -> StepPage:
    """The field, and the way back to what is due."""
    return StepPage(
        template="login/recovery_code.html",
        title=_("Use a recovery code"),
        heading=_("Use a recovery code"),
        values={"username": state.facts.identifier},
        # Whatever was due before: the page that is asked for decides, so no way back is a wrong one.
        links={"other_way_url": step_path(state.requirement.uid, StepName.PASSWORD)},
    )


@implements("OWASP ASVS 5.0", "6.4.4")
def submit(state: LoginState, data: Mapping[str, str]) -> Facts:
    """Let in as far as the set-up. Raises `InvalidInput`, `FactorRefused`, `TooManyAttempts`."""
    form = parsed(data, CodeForm)
    assert state.facts.user_id is not None
    prove_recovery_code(user_id=state.facts.user_id, code=form.code, browser=state.browser)
    return state.facts.learning(recovered=True)
