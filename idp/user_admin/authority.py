"""Who may act on whom. Every act of staff on an account runs inside `carried_out`: it judges, locks, and names who and why.

Judged here and not at the edge, so that no page and no API can forget it.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction

from idp.accounts.errors import NoSuchAccount
from idp.accounts.models import User
from idp.accounts.roles import Role, rank_of
from idp.accounts.selectors import hold_users
from idp.audit.actor import acting
from idp.authenticators.services.fresh_proof import is_proven
from idp.core.auth_context import AuthContext
from idp.core.specs import implements
from idp.login.acr import TWO_FACTORS, meets
from idp.login.selectors import hold_unended_session
from idp.mfa.reset import stated_reason
from idp.user_admin.errors import FreshProofNeeded, NotAdministrator, Outranked, OwnAccount, RoleAboveYours

ADMINISTRATORS = frozenset({Role.ADMIN, Role.SUPER_ADMIN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What somebody wants done: `actor` is the sign-in behind the request, `user_id` whose account it is about."""

    actor: AuthContext
    user_id: uuid.UUID
    # As typed; it stands in the audit trail beside whatever the act records.
    reason: str


def is_administrator(user: User) -> bool:
    """Whether this account may act on others at all."""
    return user.is_active and user.is_staff and user.role in ADMINISTRATORS


@implements("OWASP ASVS 5.0", "7.5.3")
def is_fresh(actor: AuthContext) -> bool:
    """Whether the sign-in is good for an act: two factors, the strongest this member has, in the last ten minutes."""
    return meets(reached=actor.acr, required=TWO_FACTORS) and is_proven(actor)


@contextmanager
@implements("OWASP ASVS 5.0", "8.2.1")
def carried_out(order: Order, *, on_oneself: bool = False) -> Iterator[User]:
    """The account, held; what the body does to it happens whole or not at all, in the name of who ordered it.

    `on_oneself` is for acts that neither lock out nor raise whoever does them to their own account.
    Raises ReasonRefused, NotAdministrator, FreshProofNeeded, NoSuchAccount, OwnAccount, Outranked.
    """
    why = stated_reason(order.reason)
    with transaction.atomic():
        held = hold_users({order.actor.user_id, order.user_id})
        # Who asks, as they are at this moment: demoted, disabled or signed out meanwhile they change nothing any more.
        member = held.get(order.actor.user_id)
        if member is None or not is_administrator(member):
            raise NotAdministrator(detail=f"account {order.actor.user_id}")
        if not hold_unended_session(sid=order.actor.sid) or not is_fresh(order.actor):
            raise FreshProofNeeded(detail=f"acr {order.actor.acr}, signed in {order.actor.auth_time:%H:%M:%S}")
        # Upon whom.
        person = held.get(order.user_id)
        if person is None:
            raise NoSuchAccount(detail=f"account {order.user_id}")
        if person.pk == member.pk and not on_oneself:
            raise OwnAccount(detail="an act on oneself")
        if rank_of(person.role) > rank_of(member.role):
            raise Outranked(detail=f"{member.role} on {person.role}")
        with acting(member.pk, because=why):
            yield person


def require_grantable(*, actor_id: uuid.UUID, role: Role) -> None:
    """Whoever gives a role has at least its power; call it inside `carried_out`, which holds them. Raises RoleAboveYours."""
    member = hold_users({actor_id})[actor_id]
    if rank_of(role) > rank_of(member.role):
        raise RoleAboveYours(detail=f"{member.role} gives {role}")
