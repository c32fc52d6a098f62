"""Remember a person in the browser they have just proved two factors in, and note when that spared them the second one."""

import datetime as dt
import uuid

from django.conf import settings
from django.db import transaction

from idp.accounts.models import User
from idp.audit.services import record
from idp.audit.types import Event
from idp.core.clock import now
from idp.mfa.remembered_device.models import RememberedDevice
from idp.mfa.remembered_device.secret import digest_of, new_secret


@transaction.atomic
def remember(*, user: User, presented: str, user_agent: str) -> str:
    """The new secret for this browser's cookie; `presented` is the digest of the one it has, or "".

    The secret is another one each time, made after the proof: a cookie that was planted or copied before leads to nobody. Others
    who are remembered in this browser move along to it.
    """
    secret = new_secret()
    digest = digest_of(secret)
    if presented:
        # Locked in one order, so that two people who do this at once in one browser never wait for each other.
        list(RememberedDevice.objects.select_for_update().filter(digest=presented).order_by("id").values_list("id", flat=True))
        RememberedDevice.objects.filter(digest=presented, user=user).delete()
        RememberedDevice.objects.filter(digest=presented).update(digest=digest)
    moment = now()
    until = moment + dt.timedelta(days=settings.IDP_REMEMBER_DEVICE_DAYS)
    RememberedDevice.objects.create(user=user, digest=digest, user_agent=user_agent, created_at=moment, expires_at=until)
    record(event=Event.DEVICE_REMEMBERED, user_id=user.pk, detail={"days": str(settings.IDP_REMEMBER_DEVICE_DAYS)})
    return secret


def note_use(*, user_id: uuid.UUID, digest: str) -> None:
    """A sign-in there went without a second factor."""
    RememberedDevice.objects.filter(user_id=user_id, digest=digest).update(last_used_at=now())
