"""The process dies at any moment of a wish to leave, of a change of mind, or of a mail that is on its way: what was committed is
there and delivered, and everything else can be done again.
"""

import email
from collections.abc import Callable
from functools import partial

import pytest
from pytest_django import Settings

from idp.accounts.models import User
from idp.accounts.services.erasure import schedule_erasure
from idp.audit.selectors import list_events
from idp.authenticators.tests.conftest import signed_in
from idp.core import clock
from idp.login.models import SsoSession
from idp.outbox.channels.tests.fake_smtp import running_mail_server
from idp.outbox.channels.tests.sending import attempt, mailed
from idp.outbox.models import Message
from idp.tests.killed import killed_at, moments

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.unmeasured]

DESK = "/account/privacy"


@pytest.fixture(autouse=True)
def _no_limits(settings: Settings) -> None:
    """Everything is done many times from one network."""
    settings.IDP_THROTTLE = False


def recorded(kind: str, person: User) -> int:
    return sum(event.event == kind for event in list_events(user_id=person.pk))


def test_the_wish_to_leave(make_user: Callable[..., User]) -> None:
    for moment in moments():
        person = make_user(email=f"who{moment}@example.com")
        browser = signed_in(person)
        token = browser.token(DESK)
        killed = killed_at(moment, partial(browser.send, DESK, {"act": "delete"}, token=token))
        person.refresh_from_db()
        is_closing = person.erasure_due_at is not None
        # All of it or nothing: the day, the sessions, what the person is told.
        assert SsoSession.objects.filter(user=person, ended_at=None).exists() is not is_closing
        assert Message.objects.filter(kind="mail").exists() is is_closing
        assert recorded("deletion_requested", person) == int(is_closing)
        if not is_closing:
            assert browser.send(DESK, {"act": "delete"}, token=token).status_code == 200
        Message.objects.all().delete()
        if not killed:
            assert is_closing
            return


def test_a_change_of_mind(make_user: Callable[..., User]) -> None:
    for moment in moments():
        person = make_user(email=f"who{moment}@example.com")
        browser = signed_in(person)
        schedule_erasure(user_id=person.pk, due_at=clock.now() + clock.seconds(86_400))
        token = browser.token(DESK)
        killed = killed_at(moment, partial(browser.send, DESK, {"act": "keep"}, token=token))
        person.refresh_from_db()
        is_kept = person.erasure_due_at is None
        assert recorded("deletion_cancelled", person) == int(is_kept)
        if not is_kept:
            assert browser.send(DESK, {"act": "keep"}, token=token).status_code == 303
            person.refresh_from_db()
        assert person.erasure_due_at is None
        if not killed:
            assert is_kept
            return


def test_a_mail_on_its_way(settings: Settings) -> None:
    with running_mail_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", server.port, False
        for moment in moments():
            message = mailed()
            server.mails.clear()
            killed = killed_at(moment, attempt)
            message.refresh_from_db()
            assert message.delivered_at is None or not killed
            if message.delivered_at is None:
                # Another worker, when what the dead one held is free.
                Message.objects.filter(id=message.id).update(next_attempt_at=clock.now())
                assert attempt().delivered_at is not None
            # Nothing is lost, and a mail system tells a repeat from a second mail.
            ids = {email.message_from_string(mail)["Message-ID"] for mail in server.mails}
            assert len(ids) == 1
            assert len(server.mails) <= 2
            if not killed:
                return
