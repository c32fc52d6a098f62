"""An account that nobody had proven to be theirs gets its owner: whoever reads the mail or the messages of its address.

Until then anybody may have made it, so nothing that was prepared on it counts from here on (pre-hijacking). What accounts hold of
that goes here, the rest by the news, in the same transaction: sessions, tokens, factors, devices, codes, consents.
"""

from django.db import transaction

from idp.accounts.identifiers import Email, Identifier, index_of
from idp.accounts.models import User
from idp.accounts.roles import Role
from idp.accounts.schemas import Profile, columns_of
from idp.accounts.selectors import addresses_of
from idp.accounts.services.update_profile import full_name
from idp.accounts.signals import account_claimed
from idp.audit.services import record
from idp.audit.types import Event
from idp.core import clock
from idp.core.specs import implements


@transaction.atomic
@implements("OIDC Core", "5.7")
def claim_account(*, user: User, to: Identifier, via: str, password: str = "", browser: str = "") -> None:
    """The account is proven by `to`, one of its addresses; `user` is held by the caller's transaction and was not proven before.

    `password` is the hash that takes the place of the one that was there. Without one the owner has just shown it and keeps it,
    and the account's other address and its profile with it; otherwise all three belong to whoever prepared the account. `via` is
    for the trail.
    """
    addresses, was_closing = addresses_of(user), user.erasure_due_at is not None
    lost = _other_column(to) if password and getattr(user, _other_column(to)) else ""
    assert index_of(to) in addresses, "the caller holds the row and has looked"
    changed = _proven(user, to)
    emptied: set[str] = set()
    if password:
        user.password = password
        setattr(user, _other_column(to), None)
        emptied = _without_profile(user)
        changed |= {"password", _other_column(to), *emptied}
    # Whoever had asked for its end was not its owner.
    user.erasure_due_at = None
    user.save(update_fields=changed | {"erasure_due_at"})
    facts = {"via": via, **({"password": "replaced"} if password else {"kept": "password"})}
    # Whoever prepared the account may have let an account elsewhere in.
    user.upstream_links.all().delete()
    record(event=Event.CONTACT_VERIFIED, user_id=user.pk, browser=browser, detail=facts)
    if lost:
        record(event=Event.ADDRESS_CHANGED, user_id=user.pk, detail={"kind": lost, "why": "not proven by the owner"})
    if emptied:
        record(event=Event.USER_UPDATED, user_id=user.pk, detail={"fields": " ".join(sorted(emptied))})
    if was_closing:
        record(event=Event.DELETION_CANCELLED, user_id=user.pk)
    account_claimed.send(sender=User, user_id=user.pk, addresses=addresses)


def introduce(*, user: User, role: Role, profile: Profile) -> None:
    """What the owner of a claimed account says about themselves; what was prepared went with the claim.

    A role that works for the platform, which only an operator gives, was meant for whoever has the address, and stays.
    """
    before = user.role
    if not user.is_staff:
        user.role = role
    user.given_name, user.family_name, user.locale = profile.given_name, profile.family_name, profile.locale
    user.name = full_name(user)
    fields = {"role", "given_name", "family_name", "locale", "name"}
    user.save(update_fields=fields)
    told = fields if user.role != before else fields - {"role"}
    record(event=Event.USER_UPDATED, user_id=user.pk, detail={"fields": " ".join(sorted(told))})


def _proven(user: User, to: Identifier) -> set[str]:
    column = "email" if isinstance(to, Email) else "phone_number"
    values = {f"{column}_verified": True, f"{column}_verified_at": clock.now()}
    for name, value in values.items():
        setattr(user, name, value)
    return set(values)


def _other_column(to: Identifier) -> str:
    """Its other address: unproven, it may be that of whoever prepared the account."""
    return "phone_number" if isinstance(to, Email) else "email"


def _without_profile(user: User) -> set[str]:
    """Names, picture, postal address: clients would take them for what the owner says. The language stays: we write in it.

    Returns the columns that held something.
    """
    blank = columns_of(Profile())
    del blank["locale"]
    emptied = {name for name, value in blank.items() if getattr(user, name) != value}
    for name in emptied:
        setattr(user, name, blank[name])
    return emptied
