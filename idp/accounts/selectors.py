"""Reading accounts. Look-up by identifier goes through the blind index; nothing is decrypted to search."""

import uuid

from idp.accounts.identifiers import Email, Identifier, index_of
from idp.accounts.models import User


def find_user(identifier: Identifier) -> User | None:
    """The account with this e-mail or phone number, active or not: one query."""
    column = "email_index" if isinstance(identifier, Email) else "phone_number_index"
    return User.objects.filter(**{column: index_of(identifier)}).first()


def get_active_user(user_id: uuid.UUID) -> User | None:
    """The account with this id, unless it is disabled: one query."""
    return User.objects.filter(pk=user_id, is_active=True).first()


def hold_active_user(user_id: uuid.UUID) -> bool:
    """Whether the account is enabled; and it stays so until the caller's transaction is over (row lock).

    Without the lock a sign-in and "disable" at the same moment could both succeed, and the session would outlive the account.
    """
    held = User.objects.select_for_update(no_key=True).filter(pk=user_id, is_active=True)
    return held.values_list("pk", flat=True).first() is not None


def display_name(user: User) -> str:
    """How our pages call this person: by name, or else by what they sign in with."""
    return user.name or user.nickname or user.preferred_username or user.email or user.phone_number or ""
