"""Reading accounts. Look-up by identifier goes through the blind index; nothing is decrypted to search."""

import datetime as dt
import uuid
from collections.abc import Collection
from typing import NamedTuple

from django.db.models import Q

from idp.accounts.identifiers import Email, Identifier, PhoneNumber, index_of
from idp.accounts.models import UpstreamLink, User
from idp.accounts.upstream import UpstreamIdentity
from idp.audit.selectors import has_happened
from idp.audit.types import Event
from idp.core import crypto

# Of whom this is in the trail, they had a way in of their own here.
_AT_HOME = (Event.UPSTREAM_LINKED, Event.PASSWORD_CHANGED)


def find_user(identifier: Identifier) -> User | None:
    """The account with this e-mail or phone number, active or not: one query."""
    column = "email_index" if isinstance(identifier, Email) else "phone_number_index"
    return User.objects.filter(**{column: index_of(identifier)}).first()


def get_active_user(user_id: uuid.UUID) -> User | None:
    """The account with this id, unless it is disabled: one query."""
    return User.objects.filter(pk=user_id, is_active=True).first()


def find_account(user_id: uuid.UUID) -> User | None:
    """The account with this id, active or not: one query."""
    return User.objects.filter(pk=user_id).first()


def page_of_users(*, after: uuid.UUID | None, limit: int, role: str = "", is_active: bool | None = None) -> list[User]:
    """So many accounts that follow that id, the newest first as far as ids are made in order: one query."""
    rows = User.objects.order_by("-pk")
    rows = rows.filter(pk__lt=after) if after is not None else rows
    rows = rows.filter(role=role) if role else rows
    rows = rows.filter(is_active=is_active) if is_active is not None else rows
    return list(rows[:limit])


def hold_active_user(user_id: uuid.UUID) -> User | None:
    """The account if it is enabled; and it stays so until the caller's transaction is over (row lock).

    Without the lock a sign-in and "disable" at the same moment could both succeed, and the session would outlive the account.
    """
    return User.objects.select_for_update(no_key=True).filter(pk=user_id, is_active=True).first()


def hold_users(user_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, User]:
    """Those accounts, enabled or not; and they stay as they are until the caller's transaction is over (row locks).

    In one order, so that two members of staff who act on each other cannot wait for each other's rows.
    """
    rows = User.objects.select_for_update(no_key=True).filter(pk__in=user_ids).order_by("pk")
    return {user.pk: user for user in rows}


def due_for_erasure(*, at: dt.datetime) -> list[uuid.UUID]:
    """Accounts whose time to change one's mind is over, the longest first."""
    return list(User.objects.filter(erasure_due_at__lte=at).order_by("erasure_due_at").values_list("pk", flat=True))


def password_mark(user: User) -> str:
    """Another one as soon as the password is: what was proved by the old one is told apart by it, and nothing else is."""
    return crypto.keyed_digest(user.password.encode(), label="accounts.password-mark").hex()


def addresses_of(user: User) -> tuple[str, ...]:
    """The blind indexes of both, proven or not, under which codes to them are kept."""
    return tuple(index for index in (user.email_index, user.phone_number_index) if index)


def stored_address(user: User, *, like: Identifier) -> Identifier:
    """The account's own address of the kind that was typed, else the one it has."""
    if user.email and (isinstance(like, Email) or not user.phone_number):
        return Email(user.email)
    return PhoneNumber(str(user.phone_number))


def is_proven(user: User, address: Identifier) -> bool:
    """Whether this address, which is the account's, was proven to be its owner's."""
    return user.email_verified if isinstance(address, Email) else user.phone_number_verified


def sign_in_name(user: User) -> str:
    """What this person types to sign in: the e-mail, else the phone number."""
    return user.email or user.phone_number or ""


def display_name(user: User) -> str:
    """How our pages call this person: by name, or else by what they sign in with."""
    return user.name or user.nickname or user.preferred_username or sign_in_name(user)


def find_closed(user_id: uuid.UUID) -> User | None:
    """The account whose erasure has begun: one query."""
    return User.objects.filter(pk=user_id, is_active=False, erasure_due_at__isnull=False).first()


class Holder(NamedTuple):
    """What an account holds that no other may: id, blind indexes and member id."""

    id: uuid.UUID
    email_index: str | None
    phone_number_index: str | None
    member_id: str | None


def holders_of(
    *,
    ids: Collection[uuid.UUID],
    email_indexes: Collection[str],
    phone_number_indexes: Collection[str],
    member_ids: Collection[str],
) -> list[Holder]:
    """The accounts that hold any of these: one query."""
    wanted = Q(pk__in=ids) | Q(email_index__in=email_indexes) | Q(phone_number_index__in=phone_number_indexes)
    rows = User.objects.filter(wanted | Q(member_id__in=member_ids))
    return [Holder(*row) for row in rows.values_list("pk", "email_index", "phone_number_index", "member_id")]


def find_link(identity: UpstreamIdentity) -> UpstreamLink | None:
    """The link of this account elsewhere, with whose it is here, active or not: one query."""
    links = UpstreamLink.objects.select_related("user")
    return links.filter(provider=identity.provider, subject_index=identity.subject_index).first()


def links_of(user: User) -> list[UpstreamLink]:
    """Everything elsewhere that signs this person in, the oldest first."""
    return list(user.upstream_links.order_by("created_at"))


def is_linked(*, user_id: uuid.UUID, link_id: uuid.UUID) -> bool:
    """Whether the link still stands."""
    return UpstreamLink.objects.filter(pk=link_id, user_id=user_id).exists()


def waits_for(user: User, identity: UpstreamIdentity) -> bool:
    """Whether this account was moved in from a time when that service was its only way in, and has not been signed in to since.

    Only what the service itself verified counts, and only the first account there: another one of the same e-mail must prove
    the account like everybody. So must the first one again, once its owner disconnected it or the account had a password here.
    """
    is_theirs = identity.email_verified and user.email_verified and user.email == identity.email
    came_by_it = user.auth_provider == identity.provider and not user.has_usable_password()
    waits = is_theirs and came_by_it and user.is_active and not user.upstream_links.exists()
    return waits and not any(has_happened(user_id=user.pk, event=event) for event in _AT_HOME)
