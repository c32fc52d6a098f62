"""Take every second factor away from somebody who lost them all, on the word of support: at the next sign-in they begin anew.

The last way back for a person without another factor and without recovery codes. It lowers what protects the account to its
password, so it is recorded with who did it and why, the person is told, and every session ends (NIST SP 800-63B-4 4.2).
"""

import uuid

from django.db import transaction

from idp.accounts.selectors import get_active_user, hold_active_user
from idp.audit.actor import acting
from idp.audit.services import record
from idp.audit.types import Event
from idp.core.specs import implements
from idp.mfa.errors import NothingToReset, NotStaff, ReasonRefused
from idp.mfa.recovery_codes.services.discard import discard_all as discard_codes
from idp.mfa.signals import factors_changed
from idp.mfa.totp.services.manage import discard_all as discard_apps
from idp.mfa.webauthn.services.manage import discard_all as discard_passkeys

# What the audit trail keeps of one fact without cutting it.
MAX_REASON = 200


@implements("OWASP ASVS 5.0", "6.4.4")
def reset_factors(*, user_id: uuid.UUID, reason: str, by: uuid.UUID) -> None:
    """No factor of theirs counts any more and nobody is signed in; `by` is the member of staff who answers for it.

    Raises `ReasonRefused`, `NotStaff`, and `NothingToReset`; that of a disabled account too.
    """
    why = stated_reason(reason)
    member = get_active_user(by)
    if member is None or not member.is_staff:
        raise NotStaff(detail="named as the one who resets")
    with acting(member.pk):
        _reset(user_id=user_id, reason=why)


def stated_reason(typed: str) -> str:
    """The reason of an act of staff, as the trail keeps it. Raises `ReasonRefused`."""
    why = " ".join(typed.split())
    if len(why) > MAX_REASON or not any(map(str.isalnum, why)):
        raise ReasonRefused(fields={"reason": [ReasonRefused.sentence]})
    return why


@transaction.atomic
def _reset(*, user_id: uuid.UUID, reason: str) -> None:
    """All at once, or nothing."""
    # Held, so that no sign-in that was judged with the old factors is finished meanwhile.
    user = hold_active_user(user_id)
    if user is None:
        raise NothingToReset(detail="a disabled account, or none")
    removed = discard_apps(user_id=user_id) + discard_passkeys(user_id=user_id)
    removed += discard_codes(user_id=user_id)
    if not removed:
        raise NothingToReset(detail="no factor to take away")
    record(event=Event.FACTORS_RESET, user_id=user_id, detail={"reason": reason, "removed": str(removed)})
    factors_changed.send(sender=type(user), user_id=user_id, acting_sid=None, reset=True)
