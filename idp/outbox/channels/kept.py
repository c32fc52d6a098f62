"""How long the words of a mail or text message are kept: until it is delivered or too late; for the inbox where people develop.

They hold addresses and codes. In production not even a message that was given up keeps them: nobody needs an old code.
"""

import datetime as dt

from django.conf import settings

from idp.core import clock
from idp.core.specs import implements
from idp.outbox.errors import Undeliverable

# An attempt that begins so shortly before the end could end after it.
_MARGIN = clock.seconds(20)


def are_readable_here() -> bool:
    """Whether this is a machine on which people try the provider: nothing real is written to anybody from it."""
    return settings.IDP_MODE != "production"


@implements("OWASP ASVS 5.0", "6.5.5")
def require_useful(useful_until: dt.datetime | None) -> None:
    """A code that has expired is sent to nobody, however the message came to be tried again. Raises `Undeliverable`."""
    if useful_until is not None and useful_until - _MARGIN <= clock.now():
        raise Undeliverable("of no use any more")
