"""The code that was sent to an address nobody has proven: of somebody new, with it the account is made, and its owner is known by
the password they chose, or makes a passkey next; of an account that was made for its owner, who gave its password before.
"""

from collections.abc import Mapping
from typing import Literal

from django.utils.translation import gettext_lazy as _

from idp.core.api_ingress import parsed
from idp.core.types import Schema
from idp.login.addresses import restart_path, sign_up_path
from idp.login.services.open_account import open_with_password
from idp.login.services.prove_owner import prove_owner, send_another_code
from idp.login.services.sign_up import prove_new_address, send_address_code
from idp.login.state import Facts, LoginState
from idp.login.steps.code_form import CodeForm
from idp.login.steps.page import StepPage


class _Again(Schema):
    """The second form of this page: a button."""

    again: Literal["1"]


def show(state: LoginState) -> StepPage:
    """The field, whom the code went to, and another one on request."""
    return StepPage(
        template="login/verify_address.html",
        title=_("Confirm your address"),
        heading=_("Confirm your address"),
        values={"username": state.facts.identifier},
        links={"restart_url": (restart_path if state.facts.user_id else sign_up_path)(state.requirement.uid)},
    )


def submit(state: LoginState, data: Mapping[str, str]) -> Facts:
    """The account is theirs, or a new code is on its way.

    Raises `InvalidInput`, `CodeRefused`, `TooManyAttempts`, `AddressTaken`, `CodeTooSoon`, `CredentialsRefused`.
    """
    is_owner = state.facts.user_id is not None
    if "again" in data:
        parsed(data, _Again)
        if is_owner:
            send_another_code(state=state)
        else:
            send_address_code(state=state, identifier=state.facts.identifier)
        return state.facts
    form = parsed(data, CodeForm)
    if is_owner:
        return prove_owner(state=state, code=form.code)
    newcomer = state.facts.newcomer
    assert newcomer is not None
    prove_new_address(state=state, code=form.code)
    if not newcomer.password:
        return state.facts.learning(address_proven=True)
    # One factor, whatever the code proved: a mailbox is no second one (NIST SP 800-63B-4 §3.1.3.1).
    return open_with_password(state=state, password=newcomer.password)
