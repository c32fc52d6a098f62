"""What the table refuses, and what a session knows of itself."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from idp.core.clock import now
from idp.login.models import SsoSession
from idp.login.tests.browser import Browser

pytestmark = pytest.mark.django_db


def test_ended_means_a_moment_and_a_reason(signed_in: Browser) -> None:
    for half in ({"ended_at": now()}, {"end_reason": "logout"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SsoSession.objects.update(**half)


def test_a_session_is_live_until_idle_absolute_or_act(signed_in: Browser) -> None:
    session = SsoSession.objects.get()
    start = session.created_at
    assert session.is_live(start)
    assert session.is_live(start + dt.timedelta(hours=12) - dt.timedelta(seconds=1))
    assert not session.is_live(start + dt.timedelta(hours=12))
    session.last_seen_at = start + dt.timedelta(days=30)
    assert session.is_live(start + dt.timedelta(days=30) - dt.timedelta(seconds=1))
    assert not session.is_live(start + dt.timedelta(days=30))
    session.ended_at = start
    assert not session.is_live(start)


def test_it_is_named_by_its_sid(signed_in: Browser) -> None:
    session = SsoSession.objects.get()
    assert str(session) == str(session.pk)
    assert session.pk.version == 7
