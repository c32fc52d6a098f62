"""Who of the staff looked at whom: one event of the audit trail per member, person and hour; and one per list of people.

The first stands in the person's own trail, so their export says when it was; who it was stands there for staff. A list shows many
at once, masked, so it stands in the trail of the member who read it.
"""

import datetime as dt
import uuid

from idp.audit.actor import acting
from idp.audit.selectors import done_lately
from idp.audit.services import record
from idp.audit.types import Event
from idp.core import clock

# Support walks to and fro between the pages of one person; a line for each step would hide the visits.
_ONE_VISIT = dt.timedelta(hours=1)


def record_look(*, member_id: uuid.UUID, user_id: uuid.UUID) -> None:
    """Before anything is shown. Raises `django.db.Error` when it cannot be written: then nothing is shown."""
    if done_lately(user_id=user_id, event=Event.USER_VIEWED, by=member_id, since=clock.now() - _ONE_VISIT):
        return
    with acting(member_id):
        record(event=Event.USER_VIEWED, user_id=user_id)


def record_list(*, member_id: uuid.UUID, what: str, of: str = "") -> None:
    """Before a list of people, or of what is theirs, is shown; `what` names it, `of` whose pseudonym it was asked for.

    Raises as `record_look`.
    """
    whose = {"of": of} if of else {}
    with acting(member_id):
        record(event=Event.USERS_LISTED, user_id=member_id, detail={"list": what, **whose})
