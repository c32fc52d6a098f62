"""The answer to a notice: it was not me. What was signed in there is over, and the owner goes on to a new password.

Whoever brings the key is not believed to be the owner: nobody is signed in by it and nothing of the account is shown. A new
password needs the message of a recovery, which is written to the owner's address of today.
"""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction

from idp.accounts.models import User
from idp.accounts.selectors import hold_active_user
from idp.audit.services import record
from idp.audit.types import Event
from idp.core.clock import now, seconds
from idp.login.errors import NoticeOver
from idp.login.models import SignInNotice, SsoSession
from idp.login.notice_key import digest_of
from idp.login.services.end_session import end_session
from idp.login.services.remember_device import forget_device
from idp.login.services.tell_of_new_device import LIFETIME_SECONDS
from idp.login.types import EndReason
from idp.mfa.remembered_device.services.forget import forget_all


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticedSignIn:
    """What the message said already."""

    at: dt.datetime
    user_agent: str
    place: str | None


def noticed_sign_in(*, key: str) -> NoticedSignIn:
    """What this key can end; changes nothing, so a mail scanner may look. Raises `NoticeOver`."""
    notice = _open_notice(key)
    at = notice.expires_at - seconds(LIFETIME_SECONDS)
    return NoticedSignIn(at=at, user_agent=notice.session.user_agent, place=notice.session.place)


@transaction.atomic
def disown_sign_in(*, key: str) -> str:
    """The address that was written to, "" if the account has it no more. Once; raises `NoticeOver`.

    Every session of the account in that browser ends, with tokens and news to the clients, and it is a new device again. Which
    remembered device belongs to it is not known, so none stays remembered.
    """
    user = hold_active_user(_open_notice(key).session.user_id)
    if user is None:
        raise NoticeOver(detail="the account was disabled meanwhile")
    notice = _open_notice(key)
    # Of any number of requests that bring the key, one uses it.
    if not SignInNotice.objects.filter(pk=notice.pk, used_at=None).update(used_at=now()):
        raise NoticeOver(detail="used a moment ago")

    session = notice.session
    record(event=Event.SIGN_IN_DISOWNED, user_id=user.pk, sid=session.pk, browser=session.browser)
    for sid in _sessions_there(user, session):
        end_session(sid=sid, reason=EndReason.DISOWNED)
    forget_device(user=user, browser=session.browser)
    forget_all(user_id=user.pk, why=EndReason.DISOWNED)
    return _told_address(user, notice)


def _open_notice(key: str) -> SignInNotice:
    """Raises `NoticeOver`."""
    notice = SignInNotice.objects.select_related("session").filter(digest=digest_of(key), used_at=None).first()
    if notice is None:
        raise NoticeOver(detail="unknown or used")
    if notice.expires_at <= now():
        raise NoticeOver(detail="too old")
    return notice


def _sessions_there(user: User, session: SsoSession) -> list[uuid.UUID]:
    """Whoever signed out and in again in the same browser, which was no news any more, does not escape by that."""
    there = SsoSession.objects.filter(user=user, browser=session.browser, ended_at=None)
    return list(there.order_by("id").values_list("id", flat=True))


def _told_address(user: User, notice: SignInNotice) -> str:
    """Nothing newer: whoever reads an old mailbox does not learn where the owner is now."""
    addresses = {user.email_index: user.email, user.phone_number_index: user.phone_number}
    return addresses.get(notice.told_index) or ""
