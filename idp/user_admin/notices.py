"""What a person is told of an act of staff: at every address proven to be theirs, in their language, in the act's transaction."""

from enum import StrEnum

from idp.accounts.models import User
from idp.accounts.services.tell import tell
from idp.core import clock

TEMPLATE = "staff_act"
_WORTH_SECONDS = 7 * 24 * 3600


class Done(StrEnum):
    """What was done, as the templates `email/staff_act.html` and `sms/staff_act.html` know it."""

    SUSPENDED = "suspended"
    REACTIVATED = "reactivated"
    ADDRESS_CONFIRMED = "address_confirmed"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - the name of an act
    ROLE_CHANGED = "role_changed"
    SIGNED_OUT = "signed_out"


def tell_of(done: Done, *, user: User) -> None:
    """One message for each proven address. The reason is not in it: it is written for colleagues."""
    tell(user=user, template=TEMPLATE, context={"act": done}, useful_until=clock.now() + clock.seconds(_WORTH_SECONDS))
