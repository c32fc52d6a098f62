"""Tell a person, at addresses proven to be theirs, what was done with their account: a thief of one session cannot hide it."""

import datetime as dt
from collections.abc import Mapping

from idp.accounts.identifiers import Email, Identifier, PhoneNumber
from idp.accounts.models import User
from idp.outbox.services.send import send_mail, send_text


def tell(*, user: User, template: str, useful_until: dt.datetime, context: Mapping[str, str] | None = None) -> None:
    """One message for each verified address, in the caller's transaction. None outlives `useful_until`."""
    if user.email and user.email_verified:
        send_mail(to=user.email, template=template, context=context, language=user.locale, useful_until=useful_until)
    if user.phone_number and user.phone_number_verified:
        send_text(to=user.phone_number, template=template, context=context, language=user.locale, useful_until=useful_until)


def news_address(user: User) -> Identifier | None:
    """Where a person is told of how their account is used: the verified e-mail, else the verified number, else nowhere."""
    if user.email and user.email_verified:
        return Email(user.email)
    return PhoneNumber(user.phone_number) if user.phone_number and user.phone_number_verified else None


def tell_of_change(*, user: User, event: str, context: Mapping[str, str], everywhere: bool = False) -> None:
    """News of how the account is protected: the mail `event` to the verified e-mail, else one short text to the verified number.

    `everywhere` means both: whoever made this change reads one of them. An account without a proven address is told nothing. In
    the caller's transaction.
    """
    has_mail = bool(user.email and user.email_verified)
    if has_mail:
        send_mail(to=str(user.email), template=event, context=context, language=user.locale)
    if user.phone_number and user.phone_number_verified and (everywhere or not has_mail):
        send_text(to=user.phone_number, template="account_changed", context={"event": event}, language=user.locale)
