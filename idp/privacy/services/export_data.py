"""Everything about a person, for them alone: given in the answer to their own request, so that there is no link to lose."""

from django.db import transaction

from idp.accounts.services.tell import tell
from idp.audit.selectors import times_of
from idp.audit.services import record
from idp.audit.types import Event
from idp.core import clock
from idp.core.auth_context import AuthContext
from idp.privacy.errors import TooManyExports
from idp.privacy.schemas import Export
from idp.privacy.selectors import export_of
from idp.privacy.services.proof import hold_confirmed

EXPORTS = 3
PERIOD_SECONDS = 24 * 3600


@transaction.atomic
def export_data(*, actor: AuthContext) -> Export:
    """The data as of this moment, this very export included. Raises `SessionOver`, `ConfirmFirst`, `TooManyExports`.

    Counted by the audit trail while the person's row is held, so two requests at once cannot both be the last one.
    """
    user = hold_confirmed(actor)
    moment = clock.now()
    earlier = times_of(user_id=user.pk, event=Event.DATA_EXPORTED, since=moment - clock.seconds(PERIOD_SECONDS))
    if len(earlier) >= EXPORTS:
        free_at = earlier[-EXPORTS] + clock.seconds(PERIOD_SECONDS)
        raise TooManyExports(retry_after=max(1, int((free_at - moment).total_seconds())))
    record(event=Event.DATA_EXPORTED, user_id=user.pk, sid=actor.sid)
    tell(user=user, template="data_exported", useful_until=moment + clock.seconds(PERIOD_SECONDS))
    return export_of(user)
