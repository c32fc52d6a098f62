"""Take every second factor away from somebody who lost them all (`idp.mfa.reset`), under the rules of every act of staff."""

from idp.mfa.reset import reset_factors as reset
from idp.user_admin.authority import Order, carried_out


def reset_factors(order: Order) -> None:
    """No factor counts any more; the person is told by the mail of that event. Raises as `carried_out`, and NothingToReset."""
    with carried_out(order) as person:
        reset(user_id=person.pk, reason=order.reason, by=order.actor.user_id)
