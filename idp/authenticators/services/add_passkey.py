"""Add a passkey: what the browser is asked, then its answer. With the first factor come recovery codes."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from idp.audit.services import record
from idp.audit.types import Event
from idp.authenticators.schemas import Authenticator, Confirmed
from idp.authenticators.services.fresh_proof import hold_proven, require_proof
from idp.core import clock
from idp.core.auth_context import AuthContext
from idp.core.specs import implements
from idp.mfa.errors import TooManyFactors
from idp.mfa.recovery_codes.selectors import codes_left
from idp.mfa.recovery_codes.services.regenerate import regenerate
from idp.mfa.types import MOST_OF_A_KIND, FactorKind, FactorName
from idp.mfa.webauthn.challenge import LIFETIME_SECONDS
from idp.mfa.webauthn.errors import PasskeyRefused
from idp.mfa.webauthn.options import Options
from idp.mfa.webauthn.selectors import passkeys_of
from idp.mfa.webauthn.services.enrol import enrolment_options, judge_answer, keep
from idp.mfa.webauthn.types import NewKey, Place


def begin_passkey(*, actor: AuthContext, browser: str) -> tuple[Options, datetime]:
    """What to ask the browser, and until when its answer is taken. Raises `ProofTooOld`, `TooManyFactors`."""
    require_proof(actor)
    if passkeys_of(actor.user_id).count() >= MOST_OF_A_KIND:
        raise TooManyFactors(detail="passkeys")
    options = enrolment_options(user_id=actor.user_id, place=_place(actor, browser))
    return options, clock.now() + clock.seconds(LIFETIME_SECONDS)


@implements("OWASP ASVS 5.0", "7.5.1")
def add_passkey(*, actor: AuthContext, browser: str, answer: Mapping[str, object], name: FactorName | None = None) -> Confirmed:
    """From now on it counts; every other session of the person ends.

    Raises `ProofTooOld`, `SessionOver`, `PasskeyRefused`, `PasskeyTaken`, `TooManyFactors`.
    """
    require_proof(actor)
    try:
        key = judge_answer(user_id=actor.user_id, place=_place(actor, browser), answer=answer)
    except PasskeyRefused as refused:
        detail = {"kind": FactorKind.PASSKEY, "reason": refused.public_code}
        record(event=Event.FACTOR_REFUSED, user_id=actor.user_id, sid=actor.sid, detail=detail)
        raise
    return _kept(actor, key, name)


@transaction.atomic
def _kept(actor: AuthContext, key: NewKey, name: FactorName | None) -> Confirmed:
    user = hold_proven(actor)
    passkey = keep(user_id=user.pk, key=key, name=name or "", acting_sid=actor.sid)
    codes = () if codes_left(user.pk) else regenerate(user_id=user.pk)
    return Confirmed(authenticator=Authenticator.of_passkey(passkey), recovery_codes=codes)


def _place(actor: AuthContext, browser: str) -> Place:
    """A challenge of this session is of no use in another."""
    return Place(browser=browser, within=f"session.{actor.sid}")
