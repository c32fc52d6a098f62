"""Step 1: who is signing in. An e-mail address or a phone number, as typed.

It looks nothing up, so page, status and time are the same whether or not there is such an account.
"""

from collections.abc import Mapping
from typing import Annotated

from django.utils.translation import gettext_lazy as _
from pydantic import AfterValidator

from idp.accounts.identifiers import parse_identifier
from idp.core.api_ingress import parsed
from idp.core.specs import implements
from idp.core.types import CleanText, Schema
from idp.login.addresses import passkey_anew_path, sign_up_path
from idp.login.state import Facts, LoginState
from idp.login.steps.page import StepPage
from idp.login.steps.passkey import passkey_parts


def _well_formed(text: str) -> str:
    """Kept as typed, for the next page to show. Raises ValueError with a sentence."""
    parse_identifier(text)
    return text


class IdentifierForm(Schema):
    """The one field of this page."""

    username: Annotated[CleanText, AfterValidator(_well_formed)]


@implements("WebAuthn L3", "5.1.4")
def show(state: LoginState) -> StepPage:
    """The field, filled with what is known or hinted."""
    return StepPage(
        template="login/identifier.html",
        title=_("Sign in"),
        heading=_("Sign in"),
        values={"username": state.facts.identifier or state.requirement.login_hint},
        links={"passkey_url": passkey_anew_path(state.requirement.uid), "sign_up_url": sign_up_path(state.requirement.uid)},
        # A page of this step that was reached by "Not you?" begins as nobody, whoever was known.
        parts=passkey_parts(state.forgetting()),
        echoed=("username",),
    )


def submit(state: LoginState, data: Mapping[str, str]) -> Facts:
    """Somebody is named; whatever was proved about somebody else is gone. Raises `InvalidInput`."""
    return Facts(identifier=parsed(data, IdentifierForm).username)
