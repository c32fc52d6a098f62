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
from idp.core.upstreams import upstreams
from idp.login.addresses import elsewhere_path, passkey_anew_path, sign_up_path, step_path
from idp.login.state import Facts, LoginState
from idp.login.steps.page import StepPage
from idp.login.steps.passkey import passkey_parts
from idp.login.types import StepName
from idp.login.upstream_hint import link_hint, may_sign_in_elsewhere


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
        links=_ways_on(state),
        # A page of this step that was reached by "Not you?" begins as nobody, whoever was known.
        parts={**passkey_parts(state.forgetting()), "upstreams": _upstreams(state)},
        hint=link_hint(state),
        echoed=("username",),
    )


def _ways_on(state: LoginState) -> dict[str, str]:
    """The other pages to begin with, as nobody; but whoever shall be linked at the end stays so."""
    uid = state.requirement.uid
    if state.link is None:
        return {"passkey_url": passkey_anew_path(uid), "sign_up_url": sign_up_path(uid)}
    return {"passkey_url": step_path(uid, StepName.PASSKEY), "sign_up_url": step_path(uid, StepName.SIGN_UP)}


def _upstreams(state: LoginState) -> list[dict[str, str]]:
    """The buttons of other services: name, label and where each is pressed. None beside one that was just used."""
    if state.link is not None or not may_sign_in_elsewhere(state.requirement):
        return []
    return [
        {"name": upstream.name, "label": upstream.label, "url": elsewhere_path(state.requirement.uid, upstream.name)}
        for upstream in upstreams().values()
    ]


def submit(state: LoginState, data: Mapping[str, str]) -> Facts:
    """Somebody is named; whatever was proved about somebody else is gone. Raises `InvalidInput`."""
    return Facts(identifier=parsed(data, IdentifierForm).username)
