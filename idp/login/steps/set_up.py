"""Set up an authenticator app during the sign-in: for a role that must have two factors, or after a recovery code.

A GET changes nothing, so the first form only begins; the page that follows shows the secret and takes the first code.
"""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from idp.core.api_ingress import parsed
from idp.core.types import Schema
from idp.login.addresses import restart_path, step_path
from idp.login.state import Facts, LoginState
from idp.login.steps.code_form import CodeForm
from idp.login.steps.page import StepPage
from idp.login.types import Proof, StepName
from idp.mfa.errors import EnrolmentExpired
from idp.mfa.recovery_codes.services.regenerate import regenerate
from idp.mfa.totp.models import TotpAuthenticator
from idp.mfa.totp.offer import offer_of
from idp.mfa.totp.services.enrol import begin_enrolment, confirm_enrolment, pending_enrolment


class _Begin(Schema):
    """A button and nothing else."""


def show(state: LoginState) -> StepPage:
    """Why, and a button; once begun, the secret as a picture and as text, and the field for the first code."""
    uid = state.requirement.uid
    links = {"restart_url": restart_path(uid), "passkey_url": step_path(uid, StepName.SET_UP_PASSKEY)}
    pending = _pending(state)
    if pending is None:
        return StepPage(
            template="login/set_up.html",
            title=_("Protect your account"),
            heading=_("Protect your account"),
            values={"username": state.facts.identifier},
            links=links,
        )
    # Begun: the secret, for this sign-in alone.
    return StepPage(
        template="login/set_up_app.html",
        title=_("Set up your authenticator app"),
        heading=_("Set up your authenticator app"),
        values={},
        links=links,
        parts={"offer": offer_of(pending, account=state.facts.identifier)},
    )


def submit(state: LoginState, data: Mapping[str, str]) -> Facts:
    """Begin; or, with the first code, finish. Raises `InvalidInput`, `EnrolmentExpired`, `FactorRefused`."""
    user_id = state.facts.user_id
    assert user_id is not None
    if "code" not in data:
        parsed(data, _Begin)
        begun = begin_enrolment(user_id=user_id, name=str(_("Authenticator app")))
        return state.facts.learning(enrolling=begun.pk)
    form = parsed(data, CodeForm)
    if state.facts.enrolling is None:
        raise EnrolmentExpired(detail="a first code before any set-up")
    code = form.code.get_secret_value()
    app = confirm_enrolment(user_id=user_id, authenticator_id=state.facts.enrolling, code=code, acting_sid=state.facts.sid)
    # The codes kept so far may be lost with the old factor, or there are none: a new factor comes with new codes.
    codes = regenerate(user_id=user_id)
    return state.facts.learning(
        proofs=(*state.facts.proofs, Proof.OTP),
        factors=(*state.facts.factors, app.pk),
        enrolling=None,
        recovered=False,
        new_codes=codes,
    )


def _pending(state: LoginState) -> TotpAuthenticator | None:
    facts = state.facts
    if facts.user_id is None or facts.enrolling is None:
        return None
    return pending_enrolment(user_id=facts.user_id, authenticator_id=facts.enrolling)
