"""Add a passkey during the sign-in: one is asked for, the role must have a second factor, or a recovery code was spent."""

import json
from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from idp.core.specs import implements
from idp.login.acr import PHISHING_RESISTANT
from idp.login.addresses import restart_path, step_path
from idp.login.orchestrator import required_acr
from idp.login.services.prove_passkey import proofs_of
from idp.login.state import Facts, LoginState
from idp.login.steps.page import StepPage
from idp.login.steps.passkey_form import answer_in, place_of
from idp.login.types import StepName
from idp.mfa.recovery_codes.services.regenerate import regenerate
from idp.mfa.webauthn.services.enrol import enrolment_options, judge_answer, keep
from idp.mfa.webauthn.services.show import Proven


def show(state: LoginState) -> StepPage:
    """What a passkey is, and the button that adds one; an app instead where that is strong enough."""
    uid, user_id = state.requirement.uid, state.facts.user_id
    assert user_id is not None
    is_asked_for = required_acr(state.requirement, state.standing) == PHISHING_RESISTANT
    instead = {} if is_asked_for else {"other_way_url": step_path(uid, StepName.SET_UP)}
    return StepPage(
        template="login/set_up_passkey.html",
        title=_("Add a passkey"),
        heading=_("Add a passkey"),
        values={"username": state.facts.identifier},
        links={"restart_url": restart_path(uid), **instead},
        parts={
            "passkey_options": json.dumps(enrolment_options(user_id=user_id, place=place_of(state))),
            "is_asked_for": is_asked_for,
        },
    )


@implements("WebAuthn L3", "7.1")
def submit(state: LoginState, data: Mapping[str, str]) -> Facts:
    """It is added, and shown by being added. Raises `InvalidInput`, `PasskeyRefused`, `PasskeyTaken`, `TooManyFactors`."""
    facts = state.facts
    assert facts.user_id is not None
    key = judge_answer(user_id=facts.user_id, place=place_of(state), answer=answer_in(data))
    passkey = keep(user_id=facts.user_id, key=key, acting_sid=facts.sid)
    return facts.learning(
        proofs=(*facts.proofs, *proofs_of(Proven(passkey=passkey, user_verified=key.user_verified))),
        factors=(*facts.factors, passkey.pk),
        recovered=False,
        # As with an app: the codes kept so far may be lost with the old factor, or there are none.
        new_codes=regenerate(user_id=facts.user_id),
    )
