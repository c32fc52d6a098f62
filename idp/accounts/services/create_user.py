"""Make an account. Used by the operator's command and by whatever lets people register."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from idp.accounts.errors import AccountExists
from idp.accounts.identifiers import Email, PhoneNumber
from idp.accounts.models import AuthProvider, User
from idp.accounts.roles import works_for_platform
from idp.accounts.schemas import NewUser, columns_of
from idp.accounts.selectors import find_user
from idp.accounts.services.passwords import hashed
from idp.audit.services import record
from idp.audit.types import Event
from idp.core import clock
from idp.core.errors import Text


def create_user(*, new: NewUser, prepared: str = "", provider: AuthProvider | None = None) -> User:
    """The stored account; `prepared` is the hash of a password that was judged before (`change_password.prepared_password`).

    `provider` is how it came about, where that was by neither of its own addresses.
    Raises AccountExists, with the taken identifiers by field, PasswordRefused and NotHashed.
    """
    now = clock.now()
    user = User(
        email=new.email,
        email_verified=new.is_email_verified,
        email_verified_at=now if new.is_email_verified else None,
        phone_number=new.phone_number,
        phone_number_verified=new.is_phone_number_verified,
        phone_number_verified_at=now if new.is_phone_number_verified else None,
        role=new.role,
        is_staff=works_for_platform(new.role),
        auth_provider=provider or (AuthProvider.EMAIL if new.email else AuthProvider.PHONE),
        password=prepared or hashed(new.password),
        **columns_of(new.profile),
    )
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            record(event=Event.USER_CREATED, user_id=user.pk, detail={"role": user.role, "via": user.auth_provider})
    except IntegrityError as exc:
        # The unique indexes decide, whoever else registers at the same moment; this only finds the words.
        taken = _taken(new)
        if not taken:
            raise
        raise AccountExists(fields=taken, detail=f"taken: {', '.join(taken)}") from exc
    return user


def _taken(new: NewUser) -> dict[str, list[Text]]:
    """The identifiers that belong to somebody already, each with its sentence."""
    fields: dict[str, list[Text]] = {}
    if new.email and find_user(Email(new.email)):
        fields["email"] = [_("An account with this email already exists.")]
    if new.phone_number and find_user(PhoneNumber(new.phone_number)):
        fields["phone_number"] = [_("An account with this phone number already exists.")]
    return fields
