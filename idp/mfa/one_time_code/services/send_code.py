"""Send a code, or a message in its place that holds none; both count alike, so that nobody can tell one from the other.

The newest code of a slot is the only one that counts. How often one address is written to is counted in SQL, whoever asks.
"""

import datetime as dt
from collections.abc import Mapping

from django.db import IntegrityError, transaction

from idp.accounts.identifiers import Email, Identifier, index_of
from idp.core import clock
from idp.core.specs import implements
from idp.mfa.one_time_code.code import digest_of, new_code, slot_of
from idp.mfa.one_time_code.errors import CodeTooSoon
from idp.mfa.one_time_code.models import OneTimeCode
from idp.mfa.one_time_code.types import Asked
from idp.outbox.services.send import send_mail, send_text

LIFETIME_SECONDS = 600
COOL_DOWN_SECONDS = 60
_WINDOW_SECONDS = 3600
MOST_IN_WINDOW = 5
# Old rows that go whenever a new one comes, and when they are old.
_SWEPT = 10
_KEPT_SECONDS = 24 * 3600
_TEMPLATE = "one_time_code"


def send_code(*, asked: Asked, language: str = "", counted: bool = True) -> None:
    """A new code on its way; the one before counts no more. Raises `CodeTooSoon`, unless the caller does the counting itself."""
    code = new_code()
    slot = slot_of(asked)
    context = {"code": code, "minutes": str(LIFETIME_SECONDS // 60), "purpose": asked.purpose.value}
    if counted:
        _require_rested(slot, index_of(asked.to), clock.now())
    _send(asked=asked, digest=str(digest_of(code, slot=slot)), template=_TEMPLATE, context=context, language=language)


def send_instead(*, asked: Asked, template: str, language: str = "") -> None:
    """Another message where a code would tell too much: no code will be right in this slot. Raises `CodeTooSoon`."""
    _require_rested(slot_of(asked), index_of(asked.to), clock.now())
    _send(asked=asked, digest="", template=template, context={}, language=language)


def send_nothing(*, asked: Asked) -> None:
    """No message at all; guesses in this slot meet what they meet in any other, and none is right. Counted by the caller."""
    _send(asked=asked, digest="", template="", context={}, language="")


def was_just_sent(asked: Asked) -> bool:
    """Whether a message went out in this slot so short a while ago that another would be refused, and still counts.

    The same for a code and for the message in its place.
    """
    rested = clock.now() - clock.seconds(COOL_DOWN_SECONDS)
    return OneTimeCode.objects.filter(slot=slot_of(asked), closed_at__isnull=True, created_at__gt=rested).exists()


def _send(*, asked: Asked, digest: str, template: str, context: Mapping[str, str], language: str) -> None:
    slot, address, moment = slot_of(asked), index_of(asked.to), clock.now()
    _sweep(moment)
    expires_at = moment + clock.seconds(LIFETIME_SECONDS)
    try:
        with transaction.atomic():
            OneTimeCode.objects.filter(slot=slot, closed_at__isnull=True).update(closed_at=moment)
            OneTimeCode.objects.create(slot=slot, address=address, digest=digest, created_at=moment, expires_at=expires_at)
            if template:
                _write(to=asked.to, template=template, context=context, language=language, useful_until=expires_at)
    except IntegrityError as exc:
        # Asked twice at the same moment: the other one sends.
        raise CodeTooSoon(wait=COOL_DOWN_SECONDS) from exc


@implements("OWASP ASVS 5.0", "6.6.3")
def _require_rested(slot: str, address: str, moment: dt.datetime) -> None:
    """Neither the same visit again at once nor one address too often. Raises `CodeTooSoon`."""
    last = OneTimeCode.objects.filter(slot=slot).order_by("-created_at").first()
    if last is not None and (wait := COOL_DOWN_SECONDS - (moment - last.created_at).total_seconds()) > 0:
        raise CodeTooSoon(wait=wait)
    recent = OneTimeCode.objects.filter(address=address, created_at__gt=moment - clock.seconds(_WINDOW_SECONDS))
    sent = list(recent.order_by("-created_at").values_list("created_at", flat=True)[:MOST_IN_WINDOW])
    if len(sent) == MOST_IN_WINDOW:
        raise CodeTooSoon(wait=_WINDOW_SECONDS - (moment - sent[-1]).total_seconds())


def _write(*, to: Identifier, template: str, context: Mapping[str, str], language: str, useful_until: dt.datetime) -> None:
    """By mail or by text message, in the caller's transaction."""
    send = send_mail if isinstance(to, Email) else send_text
    send(to=to.value, template=template, context=context, language=language, useful_until=useful_until)


def _sweep(moment: dt.datetime) -> None:
    old = OneTimeCode.objects.filter(created_at__lt=moment - clock.seconds(_KEPT_SECONDS)).values_list("pk", flat=True)
    found = list(old[:_SWEPT])
    if found:
        OneTimeCode.objects.filter(pk__in=found).delete()
