"""Make new recovery codes, for somebody whose old ones are used up, lost or seen by others."""

from django.db import transaction

from idp.authenticators.errors import NothingToRecover
from idp.authenticators.schemas import RecoveryCodes
from idp.authenticators.selectors import second_factors
from idp.authenticators.services.fresh_proof import hold_proven
from idp.core.auth_context import AuthContext
from idp.mfa.recovery_codes.models import RecoveryCode
from idp.mfa.recovery_codes.services.regenerate import regenerate
from idp.mfa.signals import factors_changed


@transaction.atomic
def renew_recovery_codes(*, actor: AuthContext) -> RecoveryCodes:
    """The new codes, in clear for the only time; the old ones are void, and every other session ends: who saw them may hold one.

    Raises `ProofTooOld`, `SessionOver`, `NothingToRecover`.
    """
    user = hold_proven(actor)
    if not second_factors(user.pk):
        raise NothingToRecover(detail="no second factor")
    codes = regenerate(user_id=user.pk)
    factors_changed.send(sender=RecoveryCode, user_id=user.pk, acting_sid=actor.sid)
    return RecoveryCodes(recovery_codes=codes)
