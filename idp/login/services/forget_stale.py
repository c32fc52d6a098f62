"""Removes what no sign-in will ask for again: attempts long past, devices long unseen, notices out of time, sessions long over.

None of it changes an answer: a counter starts anew after the same time, an old device is not known any more, and a row that
is gone is no session.
"""

import uuid
from collections.abc import Callable, Collection

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Q

from idp.core.batches import delete_in_batches
from idp.core.clock import now, seconds
from idp.login.delays import FORGOTTEN_AFTER_SECONDS
from idp.login.models import AttemptCounter, KnownDevice, SignInNotice, SsoSession
from idp.login.services.remember_device import REMEMBERED_SECONDS
from idp.mfa.remembered_device.services.forget import forget_expired

# Long enough for a person, or for support, to look back at where the account was signed in.
_SESSION_KEPT_SECONDS = 90 * 24 * 3600
_AT_ONCE = 500


def forget_stale() -> dict[str, int]:
    """Attempts, devices, notices and browsers' session records; how many of each went."""
    moment = now()
    return {
        "attempts": delete_in_batches(AttemptCounter.objects.filter(last_at__lt=moment - seconds(FORGOTTEN_AFTER_SECONDS))),
        "devices": delete_in_batches(KnownDevice.objects.filter(last_used_at__lt=moment - seconds(REMEMBERED_SECONDS))),
        "remembered_devices": forget_expired(),
        "notices": delete_in_batches(SignInNotice.objects.filter(expires_at__lt=moment)),
        "browser_sessions": delete_in_batches(Session.objects.filter(expire_date__lt=moment)),
    }


def forget_sessions(*, in_use: Callable[[Collection[uuid.UUID]], Collection[uuid.UUID]]) -> int:
    """Sessions over for 90 days; how many went. Those `in_use` names are kept.

    An expired session can still be ended, and ending it is what ends its tokens: while anything was issued under a `sid` and may
    live, its row must be there. What was issued is not for this app to know, so the caller says.
    """
    edge = now() - seconds(_SESSION_KEPT_SECONDS)
    idle_edge = edge - seconds(settings.IDP_SESSION_IDLE_SECONDS)
    over = SsoSession.objects.filter(Q(ended_at__lt=edge) | Q(expires_at__lt=edge) | Q(last_seen_at__lt=idle_edge))
    total = 0
    last = uuid.UUID(int=0)
    while batch := list(over.filter(id__gt=last).order_by("id").values_list("id", flat=True)[:_AT_ONCE]):
        last = batch[-1]
        total += delete_in_batches(over.filter(id__in=set(batch) - set(in_use(batch))))
    return total
