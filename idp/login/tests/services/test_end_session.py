"""Ending sessions: once, audited, with news that stands or falls with it."""

import uuid

import pytest

from idp.accounts.models import User
from idp.audit.models import SecurityEvent
from idp.conftest import PASSWORD
from idp.login.models import SsoSession
from idp.login.services.end_session import end_session, end_user_sessions
from idp.login.signals import session_ended
from idp.login.tests.browser import Browser
from idp.login.types import EndReason

pytestmark = pytest.mark.django_db


def test_one_of_many_callers_ends_it(signed_in: Browser, ada: User, ended: list[dict[str, object]]) -> None:
    sid = SsoSession.objects.get().pk
    assert end_session(sid=sid, reason="logout")
    assert not end_session(sid=sid, reason="revoked")
    assert SsoSession.objects.get().end_reason == "logout"
    assert ended == [{"sids": (sid,), "user_id": ada.pk, "reason": EndReason.LOGOUT}]
    row = SecurityEvent.objects.get(event="session_ended")
    assert (row.sid, row.detail) == (sid, {"reason": "logout"})


def test_nothing_to_end_is_no_news(db: None, ended: list[dict[str, object]]) -> None:
    assert not end_session(sid=uuid.uuid4(), reason=EndReason.LOGOUT)
    assert end_user_sessions(user_id=uuid.uuid4(), reason=EndReason.LOGOUT) == 0
    assert ended == []


def test_a_reason_nobody_listed_is_a_fault(signed_in: Browser) -> None:
    with pytest.raises(ValueError, match="because"):
        end_session(sid=SsoSession.objects.get().pk, reason="because")


def test_all_sessions_of_a_person_end_together(signed_in: Browser, ended: list[dict[str, object]], ada: User) -> None:
    Browser().sign_in("ada@example.com", PASSWORD)
    assert end_user_sessions(user_id=ada.pk, reason=EndReason.REVOKED) == 2
    sids = tuple(SsoSession.objects.order_by("id").values_list("id", flat=True))
    assert ended == [{"sids": sids, "user_id": ada.pk, "reason": EndReason.REVOKED}]
    assert not SsoSession.objects.filter(ended_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_a_receiver_that_fails_keeps_every_session(signed_in: Browser, ada: User) -> None:
    def failing(**_news: object) -> None:
        raise RuntimeError("tokens could not be revoked")

    session_ended.connect(failing)
    try:
        with pytest.raises(RuntimeError):
            end_user_sessions(user_id=ada.pk, reason=EndReason.REVOKED)
    finally:
        session_ended.disconnect(failing)
    assert signed_in.whoami()["user"] == str(ada.pk)
    assert not SecurityEvent.objects.filter(event="session_ended").exists()
