"""Take a code from somebody who claims to hold an authenticator app of this account. A code counts once, for one purpose.

Guesses are counted by whoever asks (`idp.login`): here is only the question whether this code proves anything.
"""

import uuid

from django.db.models import Q

from idp.core import clock
from idp.core.specs import implements
from idp.mfa.errors import FactorRefused
from idp.mfa.totp.models import TotpAuthenticator
from idp.mfa.totp.secret import matching_step
from idp.mfa.totp.selectors import confirmed


@implements("RFC 6238", "5.2")
def spend_code(*, user_id: uuid.UUID, code: str) -> TotpAuthenticator:
    """The app the code came from; its step and every earlier one are spent by this. Raises `FactorRefused`."""
    moment = clock.now()
    for authenticator in confirmed(user_id):
        step = matching_step(secret=str(authenticator.secret), code=code, at=clock.epoch(moment))
        if step is not None and _is_first(authenticator, step):
            return authenticator
    raise FactorRefused(detail="no authenticator app made this code, or it was spent")


def _is_first(authenticator: TotpAuthenticator, step: int) -> bool:
    """One conditional UPDATE decides between any number of requests that bring the same code."""
    unspent = TotpAuthenticator.objects.filter(Q(last_step__lt=step), pk=authenticator.pk, confirmed_at__isnull=False)
    return bool(unspent.update(last_step=step, last_used_at=clock.now()))
