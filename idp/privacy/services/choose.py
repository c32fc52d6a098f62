"""Say how one's data may be used. Taking permission away is as easy as giving it, so neither asks for a fresh proof."""

import uuid

from django.db import transaction

from idp.accounts.models import User
from idp.accounts.selectors import hold_active_user
from idp.accounts.services.data_use import set_marketing, set_restriction
from idp.authenticators.errors import SessionOver
from idp.core.auth_context import AuthContext
from idp.privacy import texts
from idp.privacy.errors import TextChanged, UseRestricted
from idp.privacy.models import ConsentRecord


@transaction.atomic
def choose_marketing(*, actor: AuthContext, allowed: bool, text_version: str) -> User:
    """News by mail, yes or no, with a record of it. Raises `SessionOver`, `TextChanged`, `UseRestricted`."""
    user = _held(actor)
    # A no needs no particular words.
    if allowed and text_version != texts.MARKETING_VERSION:
        raise TextChanged(detail="consent to another version of the text")
    if allowed and user.restricted_at is not None:
        raise UseRestricted(detail="marketing under restriction")
    _write_marketing(user, allowed=allowed)
    return user


@transaction.atomic
def choose_restriction(*, actor: AuthContext, restricted: bool) -> User:
    """Restrict the use of the data, or lift that; a restriction takes back the permission to send news. Raises `SessionOver`."""
    user = _held(actor)
    if set_restriction(user_id=user.pk, restricted=restricted) and restricted:
        _write_marketing(user, allowed=False)
    user.refresh_from_db()
    return user


def withdraw_marketing(*, user_id: uuid.UUID) -> None:
    """No news from here on, in the caller's transaction, who holds the person's row."""
    _write_marketing(User.objects.get(pk=user_id), allowed=False)


def _write_marketing(user: User, *, allowed: bool) -> None:
    """Said twice is recorded once."""
    if set_marketing(user_id=user.pk, allowed=allowed, text_version=texts.MARKETING_VERSION):
        ConsentRecord.objects.create(user=user, purpose=texts.MARKETING, given=allowed, text_version=texts.MARKETING_VERSION)
        user.marketing_allowed = allowed


def _held(actor: AuthContext) -> User:
    user = hold_active_user(actor.user_id)
    if user is None:
        raise SessionOver(detail="the account was disabled meanwhile")
    return user
