"""Another e-mail address or phone number, proven before this is called: until then the account keeps the old one.

Old and new hear of it, and the other channel too: a thief of a session cannot take an account away in silence.
"""

import uuid

from django.db import IntegrityError, transaction

from idp.accounts.errors import AccountExists
from idp.accounts.identifiers import Email, Identifier
from idp.accounts.models import User
from idp.audit.services import record
from idp.audit.types import Event
from idp.core import clock
from idp.core.specs import implements
from idp.outbox.services.send import send_mail, send_text


@implements("OWASP ASVS 5.0", "6.3.7")
def replace_address(*, user: User, to: Identifier, sid: uuid.UUID) -> None:
    """The account has this address, as proven; `user` is held by the caller's transaction. Raises `AccountExists`."""
    column = "email" if isinstance(to, Email) else "phone_number"
    told = _reachable(user)
    values = {column: to.value, f"{column}_verified": True, f"{column}_verified_at": clock.now()}
    for name, value in values.items():
        setattr(user, name, value)
    try:
        with transaction.atomic():
            user.save(update_fields=values)
    except IntegrityError as exc:
        # The unique index decides, whoever else takes the address at the same moment.
        raise AccountExists(detail=f"{column} was taken meanwhile") from exc
    record(event=Event.ADDRESS_CHANGED, user_id=user.pk, sid=sid, detail={"kind": column})
    _tell(user, at=told | _reachable(user), template="address_changed", kind=column)


def release_address(*, user: User, address: Identifier) -> None:
    """An address that the account was given and nobody proved is somebody else's, who did; `user` is held by the caller.

    The account has a proven one beside it, where its owner hears of this.
    """
    column = "email" if isinstance(address, Email) else "phone_number"
    setattr(user, column, None)
    user.save(update_fields=[column])
    record(event=Event.ADDRESS_CHANGED, user_id=user.pk, detail={"kind": column, "why": "never proven, now another's"})
    _tell(user, at=_reachable(user), template="address_released", kind=column)


def _tell(user: User, *, at: set[tuple[str, str]], template: str, kind: str) -> None:
    for channel, address in sorted(at):
        send = send_mail if channel == "email" else send_text
        send(to=address, template=template, context={"kind": kind}, language=user.locale)


def _reachable(user: User) -> set[tuple[str, str]]:
    """Addresses that were proven to be theirs."""
    mail = {("email", user.email)} if user.email and user.email_verified else set()
    return mail | ({("phone_number", user.phone_number)} if user.phone_number and user.phone_number_verified else set())
