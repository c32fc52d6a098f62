"""On whose behalf the code that runs now acts, where that is not the person it acts upon: a member of staff.

Kept beside the request id, because one act is several events (an account is disabled, so its sessions end) and each must name
who did it, however deep the service that records it.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_ACTOR: ContextVar[uuid.UUID | None] = ContextVar("idp.audit.actor", default=None)
_BECAUSE: ContextVar[str] = ContextVar("idp.audit.because", default="")


@contextmanager
def acting(user_id: uuid.UUID, *, because: str = "") -> Iterator[None]:
    """Every event recorded inside names this account as `by`, and the reason given as `because`, if one was."""
    before, reason_before = _ACTOR.set(user_id), _BECAUSE.set(because)
    try:
        yield
    finally:
        _BECAUSE.reset(reason_before)
        _ACTOR.reset(before)


def actor() -> uuid.UUID | None:
    """The account that acts, or None where people act for themselves."""
    return _ACTOR.get()


def because() -> str:
    """Why, in the words of whoever acts; "" where nobody asked for a reason."""
    return _BECAUSE.get()
