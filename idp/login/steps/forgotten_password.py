"""A forgotten password: which account. It looks nothing up, like the first page."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from idp.core.api_ingress import parsed
from idp.core.specs import implements
from idp.login.addresses import restart_path
from idp.login.services.recover_account import ask_for_recovery
from idp.login.state import Facts, LoginState
from idp.login.steps.identifier import IdentifierForm
from idp.login.steps.page import StepPage


def show(state: LoginState) -> StepPage:
    """The field, filled with what is known or hinted."""
    return StepPage(
        template="login/forgotten_password.html",
        title=_("Forgotten your password?"),
        heading=_("Forgotten your password?"),
        values={"username": state.facts.identifier or state.requirement.login_hint},
        links={"sign_in_url": restart_path(state.requirement.uid)},
        echoed=("username",),
    )


@implements("OWASP ASVS 5.0", "6.3.8")
def submit(state: LoginState, data: Mapping[str, str]) -> Facts:
    """A message is on its way, if there is such an account. Raises `InvalidInput`, `AskedTooSoon`."""
    form = parsed(data, IdentifierForm)
    ask_for_recovery(state=state, identifier=form.username)
    return Facts(identifier=form.username, recovery_asked=True)
