"""Reading codes that were sent."""

from idp.core import clock
from idp.mfa.one_time_code.code import slot_of
from idp.mfa.one_time_code.models import OneTimeCode
from idp.mfa.one_time_code.services.send_code import COOL_DOWN_SECONDS
from idp.mfa.one_time_code.types import Asked


def was_just_sent(asked: Asked) -> bool:
    """Whether a message went out in this slot so short a while ago that another would be refused, and still counts.

    The same for a code and for the message in its place.
    """
    rested = clock.now() - clock.seconds(COOL_DOWN_SECONDS)
    return OneTimeCode.objects.filter(slot=slot_of(asked), closed_at__isnull=True, created_at__gt=rested).exists()
