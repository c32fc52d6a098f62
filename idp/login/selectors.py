"""Reading sessions: one SELECT, joined with the person."""

import datetime as dt
import uuid

from django.conf import settings
from django.db.models import DateTimeField, Exists, QuerySet, UUIDField

from idp.core.clock import seconds
from idp.core.statements import Given, Select
from idp.login.models import SsoSession

_live = Select(
    lambda: SsoSession.objects.select_related("user").filter(
        id=Given("sid", UUIDField()),
        ended_at__isnull=True,
        expires_at__gt=Given("at", DateTimeField()),
        last_seen_at__gt=Given("seen_since", DateTimeField()),
        user__is_active=True,
    )
)


def hold_unended_session(*, sid: uuid.UUID) -> bool:
    """Whether no act ended this session; and none can until the caller's transaction is over (row lock).

    Whoever issues something for a session asks this first, inside the transaction that issues: a sign-out that runs at the same
    moment then waits, and its later statements see and end what was issued. Expiry does not matter here.
    """
    return _holding(sid).values_list("id", flat=True).first() is not None


def holds_unended_session(*, sid: uuid.UUID | Given) -> Exists:
    """The same as a condition of an UPDATE, which saves a statement.

    It names no column of what is updated, so PostgreSQL asks it once, before it looks for any row to lock: the session is held
    first here too, as whoever ends one holds it first.
    """
    return Exists(_holding(sid))


def _holding(sid: uuid.UUID | Given) -> QuerySet[SsoSession]:
    return SsoSession.objects.select_for_update(no_key=True).filter(id=sid, ended_at__isnull=True)


def was_ended(*, sid: uuid.UUID) -> bool:
    """Whether an act ended this session: a sign-out, another person in its browser, a disabled account. Expiry is no act."""
    return SsoSession.objects.filter(id=sid, ended_at__isnull=False).exists()


def get_live_session(*, sid: uuid.UUID, at: dt.datetime) -> SsoSession | None:
    """The session if it counts at this moment and its account is active; `user` is loaded with it."""
    return _live.first(sid=sid, at=at, seen_since=at - seconds(settings.IDP_SESSION_IDLE_SECONDS))


def latest_sessions(*, user_id: uuid.UUID, limit: int) -> list[SsoSession]:
    """The newest sign-ins of this person, live, expired or ended: one query."""
    return list(SsoSession.objects.filter(user_id=user_id).order_by("-auth_time", "-id")[:limit])


def count_unended_sessions(*, user_id: uuid.UUID) -> int:
    """How many no act has ended; an expired one counts, because offline access outlives it: one query."""
    return SsoSession.objects.filter(user_id=user_id, ended_at__isnull=True).count()


def live_sessions(*, user_id: uuid.UUID, at: dt.datetime) -> list[SsoSession]:
    """Where this person is signed in at this moment, the one used last first: one query."""
    unended = SsoSession.objects.filter(user_id=user_id, ended_at__isnull=True, expires_at__gt=at)
    return list(unended.filter(last_seen_at__gt=at - seconds(settings.IDP_SESSION_IDLE_SECONDS)).order_by("-last_seen_at"))
