"""Make new recovery codes, for somebody whose old ones are used up, lost or seen by others."""

from django.db import transaction

from idp.authenticators.errors import NothingToRecover
from idp.authenticators.schemas import RecoveryCodes
from idp.authenticators.selectors import second_factors
from idp.authenticators.services.fresh_proof import hold_proven
from idp.core.auth_context import AuthContext
from idp.mfa.recovery_codes.services.regenerate import regenerate


@transaction.atomic
def renew_recovery_codes(*, actor: AuthContext) -> RecoveryCodes:
    """The new codes, in clear for the only time; the old ones are void.

    Raises `ProofTooOld`, `SessionOver`, `NothingToRecover`.
    """
    user = hold_proven(actor)
    if not second_factors(user.pk):
        raise NothingToRecover(detail="no second factor")
    return RecoveryCodes(recovery_codes=regenerate(user_id=user.pk))
