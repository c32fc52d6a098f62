"""Ask for a message. Looks nobody up, so its answer, queries and time are the same whoever has the address, or nobody.

How often is counted in SQL by one conditional UPDATE: of any number of requests at once, one asks.
"""

import datetime as dt

from django.db import transaction

from idp.accounts.identifiers import parse_identifier
from idp.core import clock
from idp.core.specs import implements
from idp.outbox.services.enqueue import enqueue
from idp.recovery.errors import AskedTooSoon
from idp.recovery.models import AskCounter
from idp.recovery.schemas import Place, RecoveryAsked

RECOVERY = "recovery.asked"
COOL_DOWN_SECONDS = 60
WINDOW_SECONDS = 3600
MOST_IN_WINDOW = 5
# Nobody waits longer for a message in front of the page.
_WORTH_SECONDS = 600


@transaction.atomic
@implements("OWASP ASVS 5.0", "6.3.8")
def ask(*, identifier: str, place: Place, counter: str) -> None:
    """The worker will write to whoever has this address; `counter` is the key it is counted under. Raises `AskedTooSoon`."""
    moment = clock.now()
    _count(counter, moment)
    payload = RecoveryAsked(identifier=identifier, place=place)
    asked_for = parse_identifier(identifier).value
    enqueue(kind=RECOVERY, payload=payload, recipient=asked_for, expires_at=moment + clock.seconds(_WORTH_SECONDS))


@implements("OWASP ASVS 5.0", "6.3.1")
def _count(key: str, moment: dt.datetime) -> None:
    """Raises `AskedTooSoon`."""
    first = {"asked": 1, "since": moment, "last_at": moment}
    row, is_new = AskCounter.objects.get_or_create(key=key, defaults=first)
    if is_new:
        return
    wait = COOL_DOWN_SECONDS - (moment - row.last_at).total_seconds()
    rest = WINDOW_SECONDS - (moment - row.since).total_seconds()
    if rest > 0 and row.asked >= MOST_IN_WINDOW:
        wait = max(wait, rest)
    if wait > 0:
        raise AskedTooSoon(wait=wait)
    change = {"asked": row.asked + 1, "last_at": moment} if rest > 0 else first
    if not AskCounter.objects.filter(key=key, asked=row.asked, last_at=row.last_at).update(**change):
        raise AskedTooSoon(wait=COOL_DOWN_SECONDS)
