"""After a password, in a browser that offers it: the browser makes a passkey by itself, beside the password it filled in.

The last step of all, behind every proof that is asked, and one that never stands in the way: it goes on without one too.
"""

import json
import logging
from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from idp.core.errors import IdpError
from idp.core.specs import implements
from idp.login.state import Facts, LoginState
from idp.login.steps.page import StepPage
from idp.login.steps.passkey_form import answer_in, place_of
from idp.mfa.errors import TooManyFactors
from idp.mfa.webauthn.attestation import AuthenticatorRefused
from idp.mfa.webauthn.errors import PasskeyRefused, PasskeyTaken
from idp.mfa.webauthn.services.enrol import enrolment_options, judge_answer, keep

logger = logging.getLogger("idp.login")


def show(state: LoginState) -> StepPage:
    """A page that sends itself on; its button is for where it does not."""
    assert state.facts.user_id is not None
    return StepPage(
        template="login/upgrade.html",
        title=_("You are almost there"),
        heading=_("You are almost there"),
        values={},
        parts={"passkey_options": json.dumps(enrolment_options(user_id=state.facts.user_id, place=place_of(state)))},
    )


@implements("WebAuthn L3", "5.1.3")
def submit(state: LoginState, data: Mapping[str, str]) -> Facts:
    """Nothing to refuse: whatever came, the person goes on. Raises `InvalidInput` for a form that is not ours."""
    facts = state.facts
    assert facts.user_id is not None
    if data.get("credential"):
        try:
            key = judge_answer(user_id=facts.user_id, place=place_of(state), answer=answer_in(data), made_by_browser=True)
            keep(user_id=facts.user_id, key=key, made_by_browser=True)
        except (PasskeyRefused, PasskeyTaken, TooManyFactors, AuthenticatorRefused) as refused:
            _note(refused)
    return facts.learning(may_upgrade=False)


def _note(refused: IdpError) -> None:
    """For the log: the person asked for nothing, so they are told nothing."""
    logger.warning("a passkey made by the browser was refused", extra={"code": refused.public_code, "detail": refused.detail})
