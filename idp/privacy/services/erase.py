"""The worker's chore: erase the accounts whose owners did not change their minds.

First the account is shut, in a transaction of its own; then each app removes what it holds, a few rows at a time; last goes the
account, with which its identifiers are free. Killed anywhere, the next run finds the account still due and goes on from where
it stands: nothing is noted beside the data itself. The audit trail stays, under a pseudonym that leads to nobody.
"""

import logging
import uuid

from idp.accounts.selectors import due_for_erasure, find_closed
from idp.accounts.services.erasure import begin_erasure, delete_account
from idp.core import clock
from idp.core.boundary import guard
from idp.core.errors import IdpError
from idp.login.services.forget_person import forget_person
from idp.oidc.tokens.erase import erase_grants
from idp.outbox.services.forget_recipient import forget_recipient

logger = logging.getLogger("idp.privacy.erase")


def erase_due_accounts() -> int:
    """How many are gone. One that cannot be erased is logged, tried again next time, and holds up no other."""
    return sum(_guarded(user_id) for user_id in due_for_erasure(at=clock.now()))


def erase_account(user_id: uuid.UUID) -> bool:
    """Erase one account that is due; False when it is not, or another worker was faster. Can be repeated."""
    if not begin_erasure(user_id=user_id, at=clock.now()):
        return False
    user = find_closed(user_id)
    if user is None:
        return False
    erase_grants(user_id=user_id)
    forget_person(user=user)
    # Last, for what was written until now.
    for address in filter(None, (user.email, user.phone_number)):
        forget_recipient(address)
    return delete_account(user_id=user_id)


def _failed(_error: IdpError, user_id: uuid.UUID) -> bool:
    logger.error("account not erased", extra={"user": str(user_id)})
    return False


_guarded = guard(erase_account, on_error=_failed)
