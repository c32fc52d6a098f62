"""The second factor: a code from the authenticator app of whoever gave the password."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from idp.core.api_ingress import parsed
from idp.login.addresses import restart_path
from idp.login.services.prove_second_factor import prove_app_code
from idp.login.state import Facts, LoginState
from idp.login.steps.code_form import CodeForm
from idp.login.steps.page import StepPage
from idp.login.steps.remember_wish import remember_parts, wish_in
from idp.login.steps.ways import open_ways
from idp.login.types import Proof, StepName


def show(state: LoginState) -> StepPage:
    """The field, and the way for somebody whose phone is not at hand."""
    ways = open_ways(state, StepName.PASSKEY, StepName.RECOVERY_CODE, StepName.PASSWORD)
    return StepPage(
        template="login/authenticator_app.html",
        title=_("Enter your code"),
        heading=_("Enter your code"),
        values={"username": state.facts.identifier},
        links={**ways, "restart_url": restart_path(state.requirement.uid)},
        parts=remember_parts(state),
    )


def submit(state: LoginState, data: Mapping[str, str]) -> Facts:
    """The app is theirs. Raises `InvalidInput`, `FactorRefused`, `TooManyAttempts`."""
    wish, rest = wish_in(data)
    form = parsed(rest, CodeForm)
    assert state.facts.user_id is not None
    app = prove_app_code(user_id=state.facts.user_id, code=form.code, browser=state.browser)
    proofs, factors = (*state.facts.proofs, Proof.OTP), (*state.facts.factors, app)
    return state.facts.learning(proofs=proofs, factors=factors, remember=wish)
