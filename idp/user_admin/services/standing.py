"""Suspend an account and take that back, give it another role. Sessions and tokens end by the news of what is called."""

from idp.accounts.roles import Role
from idp.accounts.services.change_role import change_role as give_role
from idp.accounts.services.set_active import set_active
from idp.user_admin.authority import Order, carried_out, require_grantable
from idp.user_admin.notices import Done, tell_of


def suspend(order: Order) -> bool:
    """Nobody signs in with it any more and all it had open ends; False when it was so before. Raises as `carried_out`."""
    with carried_out(order) as person:
        if not set_active(user_id=person.pk, active=False):
            return False
        tell_of(Done.SUSPENDED, user=person)
        return True


def reactivate(order: Order) -> bool:
    """The person can sign in again; what had ended stays ended. False when it was so before. Raises as `carried_out`."""
    with carried_out(order) as person:
        if not set_active(user_id=person.pk, active=True):
            return False
        tell_of(Done.REACTIVATED, user=person)
        return True


def change_role(order: Order, *, role: Role) -> bool:
    """The account has this role and signs in anew; False when it had it before. Raises as `carried_out`, and RoleAboveYours."""
    with carried_out(order) as person:
        require_grantable(actor_id=order.actor.user_id, role=role)
        if not give_role(user_id=person.pk, role=role):
            return False
        tell_of(Done.ROLE_CHANGED, user=person)
        return True
