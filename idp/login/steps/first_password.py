"""Somebody new, whose address is proven and who wanted a passkey, chooses a password after all."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from idp.accounts.services.change_password import prepared_password
from idp.core.api_ingress import parsed
from idp.core.specs import implements
from idp.login.addresses import step_path
from idp.login.services.open_account import open_with_password
from idp.login.state import Facts, LoginState
from idp.login.steps.new_password import NewPasswordForm
from idp.login.steps.page import StepPage
from idp.login.types import StepName


def show(state: LoginState) -> StepPage:
    """The field, and the way back to the passkey."""
    return StepPage(
        template="login/first_password.html",
        title=_("Choose a password"),
        heading=_("Choose a password"),
        values={"username": state.facts.identifier},
        links={"passkey_url": step_path(state.requirement.uid, StepName.FIRST_PASSKEY)},
    )


@implements("OWASP ASVS 5.0", "6.2.1")
def submit(state: LoginState, data: Mapping[str, str]) -> Facts:
    """The account is theirs. Raises `InvalidInput`, `PasswordRefused`, `NotHashed`, `AddressTaken`."""
    form, newcomer = parsed(data, NewPasswordForm), state.facts.newcomer
    assert newcomer is not None
    words = (state.facts.identifier, newcomer.given_name, newcomer.family_name)
    return open_with_password(state=state, password=prepared_password(password=form.password, words=words))
