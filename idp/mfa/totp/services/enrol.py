"""Enrol an authenticator app: a secret is shown, and counts only once a first code has come back.

Of enrolments begun in parallel the newest is left: an older page can never confirm a secret the person no longer looks at.
"""

import uuid

from django.db import transaction

from idp.accounts.models import User
from idp.accounts.selectors import hold_active_user
from idp.audit.services import record
from idp.audit.types import Event
from idp.core import clock
from idp.core.errors import Forbidden
from idp.mfa.errors import EnrolmentExpired, FactorRefused, TooManyFactors
from idp.mfa.signals import factors_changed
from idp.mfa.totp.models import TotpAuthenticator
from idp.mfa.totp.secret import matching_step, new_secret
from idp.mfa.totp.selectors import confirmed
from idp.mfa.types import MOST_OF_A_KIND, FactorKind, FactorName

ENROLMENT_SECONDS = 900


@transaction.atomic
def begin_enrolment(*, user_id: uuid.UUID, name: FactorName) -> TotpAuthenticator:
    """A new secret that does not count yet; whatever was begun before is gone. Raises `TooManyFactors`, `Forbidden`."""
    user = _held(user_id)
    if confirmed(user.pk).count() >= MOST_OF_A_KIND:
        raise TooManyFactors(detail="authenticator apps")
    TotpAuthenticator.objects.filter(user=user, confirmed_at__isnull=True).delete()
    return TotpAuthenticator.objects.create(user=user, name=name, secret=new_secret())


def pending_enrolment(*, user_id: uuid.UUID, authenticator_id: uuid.UUID) -> TotpAuthenticator | None:
    """What this very caller began and may still confirm; never what somebody else began for the same person."""
    begun = clock.now() - clock.seconds(ENROLMENT_SECONDS)
    pending = TotpAuthenticator.objects.filter(user_id=user_id, confirmed_at__isnull=True, created_at__gt=begun)
    return pending.filter(pk=authenticator_id).first()


@transaction.atomic
def confirm_enrolment(
    *, user_id: uuid.UUID, authenticator_id: uuid.UUID, code: str, acting_sid: uuid.UUID | None = None
) -> TotpAuthenticator:
    """From now on it counts; the first code is spent by this. Raises `EnrolmentExpired`, `FactorRefused`, `Forbidden`.

    `acting_sid` is the session that asks, None in a sign-in, which has none yet.
    """
    user = _held(user_id)
    pending = pending_enrolment(user_id=user.pk, authenticator_id=authenticator_id)
    if pending is None:
        raise EnrolmentExpired(detail="no such pending authenticator")
    moment = clock.now()
    step = matching_step(secret=str(pending.secret), code=code, at=clock.epoch(moment))
    if step is None:
        raise FactorRefused(detail="first code of an authenticator app")

    # The person's row is locked, so nobody else confirms or replaces it meanwhile.
    TotpAuthenticator.objects.filter(pk=pending.pk).update(confirmed_at=moment, last_step=step, last_used_at=moment)
    record(event=Event.FACTOR_ADDED, user_id=user.pk, detail={"kind": FactorKind.TOTP, "factor": str(pending.pk)})
    factors_changed.send(sender=TotpAuthenticator, user_id=user.pk, acting_sid=acting_sid)
    return TotpAuthenticator.objects.get(pk=pending.pk)


def _held(user_id: uuid.UUID) -> User:
    """The person, whose factors nobody else changes until this transaction is over."""
    user = hold_active_user(user_id)
    if user is None:
        raise Forbidden(detail="a disabled account enrols nothing")
    return user
