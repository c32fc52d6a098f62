"""Set a new password. News: whoever holds sessions of this person must end them, but the one that asked.

Whoever calls has proven who asks; the policy and the hash belong before the caller's transaction, so both are asked of
`prepared_password`.
"""

import uuid
from collections.abc import Collection

from django.db import transaction
from pydantic import SecretStr

from idp.accounts.models import User
from idp.accounts.password_policy.rules import require_acceptable
from idp.accounts.selectors import sign_in_name
from idp.accounts.services.passwords import hashed
from idp.accounts.signals import password_changed
from idp.audit.services import record
from idp.audit.types import Event


def own_words(user: User) -> Collection[str]:
    """What a password of this person must not be made of."""
    names = (user.name, user.given_name, user.family_name, user.nickname, user.preferred_username)
    return tuple(text for text in (user.email, user.phone_number, sign_in_name(user), *names) if text)


def prepared_password(*, password: SecretStr, words: Collection[str], field: str = "password") -> str:
    """The hash of an acceptable password. Call it outside transactions. Raises PasswordRefused, NotHashed."""
    require_acceptable(password=password, words=words, field=field)
    return hashed(password)


@transaction.atomic
def store_password(*, user: User, prepared: str, via: str, acting_sid: uuid.UUID | None = None) -> None:
    """The account has this password from now on; `user` is held by the caller's transaction, `via` is for the trail."""
    user.password = prepared
    User.objects.filter(pk=user.pk).update(password=prepared)
    record(event=Event.PASSWORD_CHANGED, user_id=user.pk, sid=acting_sid, detail={"via": via})
    password_changed.send(sender=User, user_id=user.pk, acting_sid=acting_sid)
