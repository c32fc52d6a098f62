"""Add an authenticator app: a secret for the person's eyes, then its first code. With the first app come recovery codes."""

import uuid

from django.db import transaction
from pydantic import SecretStr

from idp.audit.services import record
from idp.audit.types import Event
from idp.authenticators.schemas import Authenticator, Confirmed
from idp.authenticators.services.fresh_proof import hold_proven, require_proof
from idp.core.auth_context import AuthContext
from idp.core.specs import implements
from idp.login.services.count_attempt import count_enrolment_attempt, forget_attempts
from idp.mfa.errors import EnrolmentExpired, FactorRefused
from idp.mfa.recovery_codes.selectors import codes_left
from idp.mfa.recovery_codes.services.regenerate import regenerate
from idp.mfa.totp.models import TotpAuthenticator
from idp.mfa.totp.services.enrol import begin_enrolment, confirm_enrolment, pending_enrolment
from idp.mfa.types import FactorKind, FactorName


@transaction.atomic
def begin_app(*, actor: AuthContext, name: FactorName) -> TotpAuthenticator:
    """A new secret that does not count yet. Raises `ProofTooOld`, `SessionOver`, `TooManyFactors`."""
    hold_proven(actor)
    return begin_enrolment(user_id=actor.user_id, name=name)


def begun_app(*, actor: AuthContext, authenticator_id: uuid.UUID) -> TotpAuthenticator:
    """The secret once more, for the page that asks for its first code. Raises `ProofTooOld`, `EnrolmentExpired`."""
    require_proof(actor)
    pending = pending_enrolment(user_id=actor.user_id, authenticator_id=authenticator_id)
    if pending is None:
        raise EnrolmentExpired(detail="no such pending authenticator")
    return pending


@implements("RFC 4226", "7.3")
def confirm_app(*, actor: AuthContext, authenticator_id: uuid.UUID, code: SecretStr) -> Confirmed:
    """From now on it counts; every other session of the person ends.

    Guesses are counted outside the transaction, which a refusal undoes. Raises `ProofTooOld`, `SessionOver`, `EnrolmentExpired`,
    `FactorRefused`, `TooManyAttempts`.
    """
    require_proof(actor)
    attempt = count_enrolment_attempt(user_id=actor.user_id)
    try:
        confirmed = _confirmed(actor, authenticator_id, code)
    except FactorRefused:
        record(event=Event.FACTOR_REFUSED, user_id=actor.user_id, sid=actor.sid, detail={"kind": FactorKind.TOTP})
        raise
    forget_attempts(attempt=attempt)
    return confirmed


@transaction.atomic
def _confirmed(actor: AuthContext, authenticator_id: uuid.UUID, code: SecretStr) -> Confirmed:
    user = hold_proven(actor)
    app = confirm_enrolment(
        user_id=user.pk, authenticator_id=authenticator_id, code=code.get_secret_value(), acting_sid=actor.sid
    )
    codes = () if codes_left(user.pk) else regenerate(user_id=user.pk)
    return Confirmed(authenticator=Authenticator.of(app), recovery_codes=codes)
