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
    addresses = addresses_of(user)
    assert index_of(to) in addresses, "the caller holds the row and has looked"
    changed = _proven(user, to)
    if password:
        user.password = password
        changed |= {"password", *_without_other_address(user, to), *_without_profile(user)}
    # Whoever had asked for its end was not its owner.
    user.erasure_due_at = None
    user.save(update_fields=changed | {"erasure_due_at"})
    kept = {} if password else {"kept": "password"}
    record(event=Event.CONTACT_VERIFIED, user_id=user.pk, browser=browser, detail={"via": via, **kept})
    account_claimed.send(sender=User, user_id=user.pk, addresses=addresses)


def introduce(*, user: User, role: Role, profile: Profile) -> None:
    """What the owner of a claimed account says about themselves; what was prepared went with the claim.

    A role that works for the platform, which only an operator gives, was meant for whoever has the address, and stays.
    """
    if not user.is_staff:
        user.role = role
    user.given_name, user.family_name, user.locale = profile.given_name, profile.family_name, profile.locale
    user.name = full_name(user)
    user.save(update_fields={"role", "given_name", "family_name", "locale", "name"})


def _proven(user: User, to: Identifier) -> set[str]:
    column = "email" if isinstance(to, Email) else "phone_number"
    values = {f"{column}_verified": True, f"{column}_verified_at": clock.now()}
    for name, value in values.items():
        setattr(user, name, value)
    return set(values)


def _without_other_address(user: User, to: Identifier) -> set[str]:
    """Unproven, it may be the address of whoever prepared the account."""
    other = "phone_number" if isinstance(to, Email) else "email"
    setattr(user, other, None)
    return {other}


def _without_profile(user: User) -> set[str]:
    """Names, picture, postal address: clients would take them for what the owner says. The language stays: we write in it."""
    blank = columns_of(Profile())
    del blank["locale"]
    for name, value in blank.items():
        setattr(user, name, value)
    return set(blank)
