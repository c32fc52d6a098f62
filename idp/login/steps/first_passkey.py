"""Somebody new, whose address is proven, makes the passkey they sign in by. The account comes with it and not
before: who breaks off here has lost nothing, and may choose a password instead.
"""

import json
from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from idp.core.specs import implements
from idp.login.addresses import sign_up_path, step_path
from idp.login.services.open_account import open_with_passkey
from idp.login.state import Facts, LoginState
from idp.login.steps.page import StepPage
from idp.login.steps.passkey_form import answer_in, place_of
from idp.login.types import StepName
from idp.mfa.webauthn.services.enrol import first_options, judge_first_answer


def show(state: LoginState) -> StepPage:
    """What a passkey is, the button that makes one, and the other way."""
    uid, newcomer = state.requirement.uid, state.facts.newcomer
    assert newcomer is not None
    assert newcomer.passkey is not None
    # There is no account yet: what the device is told of it stands in the sealed sign-in.
    options = first_options(
        who=newcomer.passkey,
        account=state.facts.identifier,
        display_name=f"{newcomer.given_name} {newcomer.family_name}",
        place=place_of(state),
    )
    return StepPage(
        template="login/first_passkey.html",
        title=_("Make your passkey"),
        heading=_("Make your passkey"),
        values={"username": state.facts.identifier},
        links={"restart_url": sign_up_path(uid), "other_way_url": step_path(uid, StepName.FIRST_PASSWORD)},
        parts={"passkey_options": json.dumps(options)},
    )


@implements("WebAuthn L3", "7.1")
def submit(state: LoginState, data: Mapping[str, str]) -> Facts:
    """The account is theirs. Raises `InvalidInput`, `PasskeyRefused`, `PasskeyTaken`, `AddressTaken`, `AuthenticatorRefused`."""
    newcomer = state.facts.newcomer
    assert newcomer is not None
    assert newcomer.passkey is not None
    key = judge_first_answer(who=newcomer.passkey, place=place_of(state), answer=answer_in(data))
    return open_with_passkey(state=state, key=key)
