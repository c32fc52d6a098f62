"""The clean-up of the sign-in: what is long past goes, whatever still decides something stays."""

import datetime as dt
import uuid
from collections.abc import Collection

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session

from idp.accounts.models import User
from idp.core import clock
from idp.core.chores import chores
from idp.login.delays import FORGOTTEN_AFTER_SECONDS
from idp.login.models import AttemptCounter, KnownDevice, SsoSession
from idp.login.services.forget_stale import forget_sessions, forget_stale
from idp.login.services.remember_device import REMEMBERED_SECONDS
from idp.login.types import EndReason
from idp.mfa.remembered_device.models import RememberedDevice

pytestmark = pytest.mark.django_db
DAY = 24 * 3600


def _ago(seconds: float) -> dt.datetime:
    return clock.now() - dt.timedelta(seconds=seconds)


def _nothing(_sids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    return set()


def _session(user: User, *, seen: float, expires: float, ended: float | None = None) -> uuid.UUID:
    """A session last seen, expired and ended so many seconds ago."""
    made = SsoSession.objects.create(
        user=user, auth_time=_ago(seen), acr="aal1", amr=["pwd"], login_uid="", browser="", created_at=_ago(seen),
        last_seen_at=_ago(seen), expires_at=_ago(expires), ended_at=None if ended is None else _ago(ended),
        end_reason="" if ended is None else EndReason.LOGOUT,
    )  # fmt: skip
    return made.pk


def test_attempts_devices_and_browser_sessions_go_when_they_count_no_more(user: User) -> None:
    for name, age in (("kept", FORGOTTEN_AFTER_SECONDS - 60), ("gone", FORGOTTEN_AFTER_SECONDS + 60)):
        AttemptCounter.objects.create(key=name, failures=9, next_at=_ago(age), last_at=_ago(age))
    for name, age in (("kept", REMEMBERED_SECONDS - 60), ("gone", REMEMBERED_SECONDS + 60)):
        KnownDevice.objects.create(digest=name, user=user, last_used_at=_ago(age))
    for name, age in (("kept", -60), ("gone", 60)):
        Session.objects.create(session_key=name, expire_date=_ago(age))
        RememberedDevice.objects.create(digest=name, user=user, expires_at=_ago(age))
    assert forget_stale() == {"attempts": 1, "devices": 1, "remembered_devices": 1, "notices": 0, "browser_sessions": 1}
    for table in (AttemptCounter, KnownDevice, Session):
        assert [row.pk for row in table._default_manager.all()] == ["kept"]
    assert [row.digest for row in RememberedDevice.objects.all()] == ["kept"]
    assert forget_stale() == {"attempts": 0, "devices": 0, "remembered_devices": 0, "notices": 0, "browser_sessions": 0}


def test_sessions_go_ninety_days_after_they_were_over(user: User) -> None:
    idle = settings.IDP_SESSION_IDLE_SECONDS
    live = _session(user, seen=60, expires=-DAY)
    kept = {
        live,
        _session(user, seen=89 * DAY, expires=60 * DAY),
        _session(user, seen=90 * DAY + idle - 60, expires=80 * DAY),
        _session(user, seen=89 * DAY, expires=60 * DAY, ended=89 * DAY),
    }
    gone = {
        _session(user, seen=91 * DAY + idle, expires=80 * DAY),
        _session(user, seen=100 * DAY, expires=91 * DAY),
        _session(user, seen=95 * DAY, expires=-DAY, ended=91 * DAY),
    }
    assert forget_sessions(in_use=_nothing) == len(gone)
    assert set(SsoSession.objects.values_list("pk", flat=True)) == kept


def test_a_session_that_something_was_issued_under_stays(user: User) -> None:
    ids = [_session(user, seen=100 * DAY, expires=91 * DAY) for _number in range(3)]
    asked: list[uuid.UUID] = []

    def in_use(sids: Collection[uuid.UUID]) -> set[uuid.UUID]:
        asked.extend(sids)
        return {ids[1]}

    assert forget_sessions(in_use=in_use) == 2
    assert set(asked) == set(ids)
    assert SsoSession.objects.get().pk == ids[1]


def test_the_worker_does_it() -> None:
    assert [chore.run for chore in chores() if chore.name == "login-forget-stale"] == [forget_stale]
