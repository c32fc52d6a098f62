"""What the worker does about somebody who asked: a link by mail, a code by text message, or nothing.

Whether there is such an account is found out here, out of sight of whoever asked. At least once: a repeat sends a newer message,
and the newest counts.
"""

from django.conf import settings
from django.db import transaction

from idp.accounts.identifiers import Email, Identifier, parse_identifier
from idp.accounts.selectors import find_user, hold_active_user
from idp.core import clock
from idp.core.specs import implements
from idp.mfa.one_time_code.services.send_code import send_code, send_nothing
from idp.mfa.one_time_code.types import Asked, Purpose
from idp.outbox.services.send import send_mail
from idp.outbox.types import Delivery, Handler
from idp.recovery.key import LINK
from idp.recovery.schemas import Place, RecoveryAsked, Via
from idp.recovery.services.ask import RECOVERY
from idp.recovery.services.open_key import LIFETIME_SECONDS, may_recover, open_key

_WORTH_SECONDS = 600


def handler() -> Handler[RecoveryAsked]:
    """The kind of message. Nothing of it is kept: it holds an address."""
    return Handler(
        kind=RECOVERY,
        schema=RecoveryAsked,
        deliver=_answer,
        lifetime=clock.seconds(_WORTH_SECONDS),
        keeps_given_up=lambda: False,
    )


def asked_code(*, to: Identifier, place: Place) -> Asked:
    """A code counts in the sign-in and the browser that asked, for this number."""
    return Asked(purpose=Purpose.RECOVER_PASSWORD, to=to, visit=f"{place.uid}.{place.browser}")


def _answer(delivery: Delivery[RecoveryAsked]) -> None:
    asked = delivery.payload
    to = parse_identifier(asked.identifier)
    if isinstance(to, Email):
        _send_link(to, asked.place)
    else:
        _send_code(to, asked.place)


@transaction.atomic
@implements("OWASP ASVS 5.0", "6.4.3")
def _send_link(to: Email, place: Place) -> None:
    found = find_user(to)
    # Held, so that no change of the account comes between its mark and the key.
    user = hold_active_user(found.pk) if found is not None else None
    if user is None or not may_recover(user, to):
        return
    key = open_key(user=user, via=Via.MAIL, place=place)
    send_mail(
        to=to.value,
        template="recover_password",
        context={"link": f"{settings.IDP_ISSUER}{LINK}{key}", "minutes": str(LIFETIME_SECONDS // 60)},
        language=user.locale,
        useful_until=clock.now() + clock.seconds(LIFETIME_SECONDS),
    )


def _send_code(to: Identifier, place: Place) -> None:
    """Where nobody is to be written to, guesses meet a code all the same: one that none is."""
    user = find_user(to)
    if user is None or not may_recover(user, to):
        send_nothing(asked=asked_code(to=to, place=place))
    else:
        send_code(asked=asked_code(to=to, place=place), language=user.locale, counted=False)
