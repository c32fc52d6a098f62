"""Show a person's addresses in full, to a member of staff who says why: recorded before anything is shown."""

from idp.audit.services import record
from idp.audit.types import Event
from idp.user_admin.authority import Order, carried_out
from idp.user_admin.schemas import Revealed


def reveal(order: Order) -> Revealed:
    """Both addresses. Raises as `carried_out`, and `django.db.Error` when it cannot be written: then nothing is shown."""
    with carried_out(order, on_oneself=True) as person:
        record(event=Event.USER_REVEALED, user_id=person.pk)
        return Revealed(email=person.email, phone_number=person.phone_number)
