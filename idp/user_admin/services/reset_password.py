"""Force a new password: the old one stops working, everything open ends, and the owner is written how to choose another.

Staff neither set nor see a password: the account has none until its owner, who reads its messages, chooses one.
"""

from django.conf import settings

from idp.accounts.models import User
from idp.accounts.services.change_password import store_password
from idp.accounts.services.passwords import hashed
from idp.core import clock
from idp.core.specs import implements
from idp.outbox.services.send import send_mail
from idp.recovery.key import LINK
from idp.recovery.schemas import Place, Via
from idp.recovery.services.open_key import LIFETIME_SECONDS, open_key
from idp.user_admin.authority import Order, carried_out
from idp.user_admin.errors import NowhereToWrite
from idp.user_admin.notices import Done, tell_of

# Nothing was interrupted, so the person goes on to their account.
_PLACE = Place(uid="", browser="", return_to="/account")


@implements("OWASP ASVS 5.0", "6.4.6")
def reset_password(order: Order) -> None:
    """The account has no password. Raises as `carried_out`, and NowhereToWrite."""
    with carried_out(order) as person:
        if not person.is_active or not person.is_verified:
            raise NowhereToWrite(detail="suspended, or no proven address")
        # Matches nothing; making it computes no hash.
        store_password(user=person, prepared=hashed(None), via="staff")
        tell_of(Done.PASSWORD_RESET, user=person)
        if person.email and person.email_verified:
            _send_link(person)


def _send_link(person: User) -> None:
    """The mail with which one recovers a forgotten password; where it comes too late, the sign-in page sends another."""
    key = open_key(user=person, via=Via.MAIL, place=_PLACE)
    send_mail(
        to=str(person.email),
        template="recover_password",
        context={"link": f"{settings.IDP_ISSUER}{LINK}{key}", "minutes": str(LIFETIME_SECONDS // 60), "by": "staff"},
        language=person.locale,
        useful_until=clock.now() + clock.seconds(LIFETIME_SECONDS),
    )
