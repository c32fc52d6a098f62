"""Whether copies may be believed at all: not while a mark waits to be delivered. Looked up once a second in each process."""

import threading

from django.db import Error as DatabaseError

from idp.copies import MARK_SECONDS, line
from idp.copies.models import UndeliveredMark
from idp.core import clock

# Seconds for which one look counts: how late a process can be to hear of a mark that another one could not write.
_LOOK_SECONDS = 1.0
_NEVER = float("-inf")

_lock = threading.Lock()
_looked_at = _NEVER
_withdrawn = 0


def is_given() -> bool:
    """Whether a look of the last second found every mark delivered; looks again when there was none."""
    return clock.monotonic() - _looked_at < _LOOK_SECONDS or _look()


def withdraw() -> None:
    """Look again before the next copy is believed; a look that is under way does not count."""
    global _looked_at, _withdrawn
    with _lock:
        _looked_at, _withdrawn = _NEVER, _withdrawn + 1


def forget_old_marks() -> int:
    """Delete marks older than any copy that they could void; how many. A chore."""
    edge = clock.now() - clock.seconds(MARK_SECONDS)
    return UndeliveredMark.objects.filter(created_at__lt=edge).delete()[0]


def _look() -> bool:
    """Deliver what waits; whether nothing waits any more. SQL that cannot be asked gives no trust."""
    global _looked_at  # noqa: PLW0603 - as above
    begun, withdrawn = clock.monotonic(), _withdrawn
    try:
        waiting = dict(UndeliveredMark.objects.values_list("pk", "name"))
        if waiting:
            _deliver([bytes.fromhex(name) for name in waiting.values()])
            UndeliveredMark.objects.filter(pk__in=waiting).delete()
    except (DatabaseError, line.Away):
        return False
    with _lock:
        if _withdrawn != withdrawn:
            return False
        _looked_at = begun
    return True


def _deliver(names: list[bytes]) -> None:
    from idp.copies.marks import deliver  # noqa: PLC0415 - marks withdraw trust, so they stand above

    deliver(names)
