"""What to do now: open the link of the mail, or enter the code of the text message. The same page whether or not one was sent."""

from collections.abc import Mapping
from typing import Literal

from django.utils.translation import gettext_lazy as _

from idp.accounts.identifiers import PhoneNumber, parse_identifier
from idp.core.api_ingress import parsed
from idp.core.types import Schema
from idp.login.addresses import forgotten_path, step_path
from idp.login.services.recover_account import ask_for_recovery, take_code
from idp.login.state import Facts, LoginState
from idp.login.steps.code_form import CodeForm
from idp.login.steps.page import StepPage
from idp.login.types import StepName


class _Again(Schema):
    """The second form of this page: a button."""

    again: Literal["1"]


def show(state: LoginState) -> StepPage:
    """Whom the message went to, and another one on request."""
    uid = state.requirement.uid
    return StepPage(
        template="login/check_messages.html",
        title=_("Check your messages"),
        heading=_("Check your messages"),
        values={"username": state.facts.identifier},
        links={"restart_url": f"{forgotten_path(uid)}?restart=1", "sign_in_url": step_path(uid, StepName.PASSWORD)},
        parts={"takes_code": isinstance(parse_identifier(state.facts.identifier), PhoneNumber)},
    )


def submit(state: LoginState, data: Mapping[str, str]) -> Facts:
    """A code that was right, or another message. Raises `InvalidInput`, `CodeRefused`, `TooManyAttempts`, `AskedTooSoon`."""
    if "again" in data:
        parsed(data, _Again)
        ask_for_recovery(state=state, identifier=state.facts.identifier)
        return state.facts
    key = take_code(state=state, code=parsed(data, CodeForm).code)
    return Facts(identifier=state.facts.identifier, recovery_key=key)
