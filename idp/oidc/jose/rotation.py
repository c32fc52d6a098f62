"""Rotation of signing keys, so that no client that honours the key set's max-age ever meets a signature it cannot check.

    next       published, signs nothing yet: whoever keeps an older key set has let go of it before this key signs
    active     signs
    retiring   verifies what it signed; its private half is erased
    gone       not published, verifies nothing; the row stays, so that a `kid` in an old log can be explained

(OIDC Core §10.1.1, RFC 7517 §5.) A key that leaked skips the waiting: `remove_key`.
"""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from idp.audit.services import record
from idp.audit.types import Event
from idp.core import clock
from idp.core.errors import NotFound
from idp.core.specs import implements
from idp.oidc.jose import keys
from idp.oidc.models import SigningKey

State = SigningKey.State

# How long a key signs before the next one is made.
PERIOD = dt.timedelta(days=90)
# Twice what a cache may hold: one more life for an answer that was under way while the key was written, and for odd clocks.
PUBLISHED_BEFORE = clock.seconds(2 * keys.JWKS_CACHE_SECONDS)


def verifies_for() -> dt.timedelta:
    """How long a key is published after its last signature: as long as the longest session, whose ID tokens are good hints."""
    return clock.seconds(settings.IDP_SESSION_ABSOLUTE_SECONDS) + dt.timedelta(days=1)


@implements("OIDC Core", "10.1.1")
def rotate_due_keys() -> list[str]:
    """What the clock asks for, often nothing; returns a line for each change. May run anywhere and at any time."""
    return [change for algorithm in keys.ALGORITHMS for change in _rotate(algorithm, period=PERIOD)]


def rotate_keys_now() -> list[str]:
    """The same without waiting for the period's end: the next key is published now, and signs once its time has come."""
    return [change for algorithm in keys.ALGORITHMS for change in _rotate(algorithm, period=dt.timedelta())]


def _rotate(algorithm: str, *, period: dt.timedelta) -> list[str]:
    return [*_retired_ones_gone(algorithm), *(_promoted(algorithm) or _next_made(algorithm, period))]


def _promoted(algorithm: str) -> list[str]:
    """The next key signs from now on, if every cache has it; the one before it signed its last."""
    with transaction.atomic():
        waiting = _locked(algorithm).get(State.NEXT)
        if waiting is None or waiting.state_since + PUBLISHED_BEFORE > clock.now():
            return []
        _activate(waiting)
        return [f"{algorithm} {waiting.kid}: signs"]


def _next_made(algorithm: str, period: dt.timedelta) -> list[str]:
    """A next key, when there is none and the active one is as old as that; with none at all, one that signs at once."""
    present = dict(
        SigningKey.objects.filter(algorithm=algorithm, state__in=(State.ACTIVE, State.NEXT)).values_list("state", "state_since")
    )
    if State.NEXT in present or (State.ACTIVE in present and present[State.ACTIVE] + period > clock.now()):
        return []
    key = keys.new_key(algorithm, State.NEXT if State.ACTIVE in present else State.ACTIVE)
    return [f"{algorithm} {key.kid}: published"] if keys.stored(key) else []


def _retired_ones_gone(algorithm: str) -> list[str]:
    """Keys whose last signature nobody presents any more."""
    over = SigningKey.objects.filter(
        algorithm=algorithm, state=State.RETIRING, state_since__lte=clock.now() - verifies_for()
    ).values_list("kid", flat=True)
    return [f"{algorithm} {kid}: gone" for kid in list(over) if _moved(kid, State.GONE)]


@implements("RFC 7517", "5")
def remove_key(kid: str) -> None:
    """A compromised key, gone at once: not published, verifies nothing; another signs in the same moment. Raises `NotFound`.

    The key that waits as `next` takes over, however long it has waited: some clients know it already. Else a new one does.
    """
    row = SigningKey.objects.exclude(state=State.GONE).filter(kid=kid).first()
    if row is None:
        raise NotFound(_("There is no such signing key, or it is gone already."))
    fresh = keys.new_key(row.algorithm, State.ACTIVE)
    with transaction.atomic():
        waiting = _locked(row.algorithm).get(State.NEXT)
        _moved(kid, State.GONE)
        record(event=Event.KEY_RETIRED, detail={"kid": kid, "algorithm": row.algorithm, "reason": "removed"})
        if SigningKey.objects.filter(algorithm=row.algorithm, state=State.ACTIVE).exists():
            return
        if waiting is not None and waiting.kid != kid:
            _activate(waiting)
        else:
            keys.stored(fresh)


def _locked(algorithm: str) -> dict[str, SigningKey]:
    """The keys that sign or wait to, by state, held until the transaction ends: of two rotations one finds nothing to do."""
    rows = SigningKey.objects.select_for_update().filter(algorithm=algorithm, state__in=(State.ACTIVE, State.NEXT))
    return {row.state: row for row in rows.order_by("kid")}


def _activate(waiting: SigningKey) -> None:
    """Retire the active key, if there is one, and let `waiting` sign. In the caller's transaction."""
    for kid in SigningKey.objects.filter(algorithm=waiting.algorithm, state=State.ACTIVE).values_list("kid", flat=True):
        _moved(kid, State.RETIRING)
        detail = {"kid": kid, "algorithm": waiting.algorithm, "reason": "rotated", "successor": waiting.kid}
        record(event=Event.KEY_RETIRED, detail=detail)
    SigningKey.objects.filter(kid=waiting.kid).update(state=State.ACTIVE, state_since=clock.now())


def _moved(kid: str, state: SigningKey.State) -> bool:
    """Into a state in which a key never signs: its private half is erased with the same statement."""
    moment = clock.now()
    return SigningKey.objects.filter(kid=kid).update(state=state, state_since=moment, private_pem=None) == 1
