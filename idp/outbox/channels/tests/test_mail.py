"""Mail: what reaches a server, what becomes of one that is down or refuses, and that nothing of it lies or is logged in clear."""

import email
import email.policy
import logging
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from pytest_django import Settings
from time_machine import TimeMachineFixture

from idp.core import clock
from idp.outbox.channels.tests.fake_smtp import SLOWLY, MailServer, running_mail_server
from idp.outbox.channels.tests.sending import ADDRESS, CODE, attempt, mailed, texted
from idp.outbox.errors import OutsideTransaction, UnknownTemplate
from idp.outbox.inbox import find_sent, list_sent
from idp.outbox.models import Message
from idp.outbox.services.replay import replay
from idp.outbox.services.send import send_mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def production(settings: Settings) -> Settings:
    """Nothing is kept for reading."""
    settings.IDP_MODE = "production"
    return settings


@pytest.fixture
def server(production: Settings) -> Iterator[MailServer]:
    """A mail server that the provider is configured for, without TLS."""
    with running_mail_server() as running:
        production.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        production.EMAIL_HOST, production.EMAIL_PORT = "127.0.0.1", running.port
        production.EMAIL_USE_TLS = False
        production.EMAIL_TIMEOUT = 1
        yield running


# --- What arrives -------------------------------------------------------------------------------------------------------
def test_a_mail_arrives_in_both_forms_and_nothing_is_kept(server: MailServer) -> None:
    message = mailed()
    settled = attempt()
    assert settled.delivered_at is not None
    assert settled.payload is None
    arrived = email.message_from_string(server.mails[0], policy=email.policy.default)
    assert (arrived["To"], arrived["Subject"]) == (ADDRESS, "Your Fashionistar code")
    assert arrived["From"] == "Fashionistar <no-reply@localhost>"
    plain, html = arrived.get_body(("plain",)), arrived.get_body(("html",))
    assert plain is not None
    assert html is not None
    for body in (plain, html):
        assert CODE in body.get_content()
        assert "10 minutes" in body.get_content()
    assert str(message.id) in arrived["Message-ID"]


@pytest.mark.spec("RFC 3834", "5")
def test_a_mail_says_that_a_program_wrote_it(server: MailServer) -> None:
    mailed()
    attempt()
    assert "Auto-Submitted: auto-generated" in server.mails[0]


def test_a_repeat_can_be_told_from_a_second_mail(server: MailServer, time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(clock.now(), tick=False)
    server.answers["BODY"] = "451 try later"
    mailed()
    again = attempt()
    server.answers.clear()
    time_machine.move_to(again.next_attempt_at, tick=False)
    attempt()
    assert f"Message-ID: <{again.id}@localhost>" in server.mails[0]
    assert again.attempts == 1


# --- What goes wrong ----------------------------------------------------------------------------------------------------
@pytest.mark.spec("RFC 5321", "4.2.1")
@pytest.mark.parametrize("command", ["RCPT", "BODY"])
def test_a_refusal_for_good_is_not_repeated_and_its_words_are_not_kept(server: MailServer, command: str) -> None:
    server.answers[command] = f"550 no such user {ADDRESS}"
    mailed()
    settled = attempt()
    assert settled.dead_at is not None
    assert settled.payload is None
    assert "550" in settled.last_error
    assert ADDRESS not in settled.last_error


@pytest.mark.spec("RFC 5321", "4.2.1")
@pytest.mark.parametrize(
    ("command", "answer"),
    [("RCPT", "450 busy"), ("BODY", "451 busy"), ("MAIL", "421 gone"), ("MAIL", "550 sender"), ("", "554 not now")],
)
def test_a_server_that_cannot_now_is_tried_again(server: MailServer, command: str, answer: str) -> None:
    server.answers[command] = answer
    mailed()
    settled = attempt()
    assert (settled.delivered_at, settled.dead_at) == (None, None)
    assert settled.next_attempt_at > clock.now()
    assert settled.payload is not None


def test_a_server_that_is_down_or_hangs_is_tried_again(server: MailServer, production: Settings) -> None:
    server.silent.set()
    mailed()
    assert attempt().last_error == "no conversation with the mail server (SMTPServerDisconnected)"
    Message.objects.all().delete()
    production.EMAIL_PORT = 1
    mailed()
    assert attempt().last_error == "no conversation with the mail server (ConnectionRefusedError)"


@pytest.mark.spec("OWASP ASVS 5.0", "12.3.1")
def test_without_starttls_nothing_is_sent_in_clear(server: MailServer, production: Settings) -> None:
    production.EMAIL_USE_TLS = True
    mailed()
    settled = attempt()
    assert settled.last_error == "no conversation with the mail server (SMTPNotSupportedError)"
    assert server.mails == []
    assert not [command for command in server.commands if command.startswith(("MAIL", "RCPT"))]


def test_a_conversation_has_an_end_even_when_each_step_is_in_time(server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("idp.outbox.channels.mail._SECONDS", 0.5)
    server.answers["RCPT"] = SLOWLY
    mailed()
    assert attempt().last_error == "no conversation with the mail server (SMTPServerDisconnected)"


def test_without_a_server_production_waits_until_there_is_one(production: Settings) -> None:
    mailed()
    settled = attempt()
    assert settled.last_error == "no mail server is configured (IDP_MAIL_HOST)"
    assert settled.payload is not None


# --- Too late ----------------------------------------------------------------------------------------------------------
@pytest.mark.spec("OWASP ASVS 5.0", "6.5.5")
def test_a_code_that_expired_is_delivered_to_nobody(server: MailServer, time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(clock.now(), tick=False)
    mailed(seconds=600)
    server.silent.set()
    attempt()
    server.silent.clear()
    time_machine.shift(600)
    settled = attempt()
    assert server.mails == []
    assert settled.dead_at is not None
    assert settled.payload is None


def test_nor_does_an_operator_send_it_again(server: MailServer, production: Settings, time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(clock.now(), tick=False)
    production.IDP_MODE = "demo"
    message = mailed(seconds=600)
    time_machine.shift(600)
    assert attempt().payload is not None
    assert replay(message_id=message.id)
    assert attempt().dead_at is not None
    assert server.mails == []


def test_what_was_forgotten_cannot_be_sent_again(server: MailServer) -> None:
    server.answers["RCPT"] = "550 no"
    mailed()
    assert not replay(message_id=attempt().id)


# --- What lies in the table and the log --------------------------------------------------------------------------------
@pytest.mark.spec("OWASP ASVS 5.0", "14.2.4")
def test_neither_address_nor_code_lies_or_is_logged_in_clear(server: MailServer, caplog: pytest.LogCaptureFixture) -> None:
    server.answers["BODY"] = f"451 {ADDRESS} {CODE}"
    with caplog.at_level(logging.DEBUG):
        mailed()
        attempt()
    table = Message._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table}")  # noqa: S608 - our own table's name
        stored = str(cursor.fetchall())
    for secret in (ADDRESS, CODE):
        assert secret not in stored
        assert secret not in caplog.text
    assert "v1." in stored


# --- Callers ------------------------------------------------------------------------------------------------------------
def test_a_mail_belongs_to_a_change() -> None:
    with pytest.raises(UnknownTemplate), transaction.atomic():
        send_mail(to=ADDRESS, template="no_such_mail")
    assert Message.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_written() -> None:
    with pytest.raises(OutsideTransaction):
        send_mail(to=ADDRESS, template="password_changed")


# --- On a developer's machine -------------------------------------------------------------------------------------------
def test_on_a_developers_machine_the_outbox_is_the_inbox(settings: Settings) -> None:
    settings.IDP_MODE = "demo"
    mailed()
    waiting = list_sent()[0]
    assert waiting.state == "waiting"
    attempt()
    texted()
    attempt()
    text, mail = list_sent()
    assert (mail.channel, mail.to, mail.state) == ("mail", ADDRESS, "delivered")
    assert CODE in mail.text
    assert CODE in mail.html
    assert (text.channel, text.subject, text.html) == ("sms", "", "")
    assert CODE in text.text
    assert find_sent(mail.id) == mail
    assert len(list_sent(limit=1)) == 1


def test_in_production_there_is_no_inbox(production: Settings) -> None:
    message = mailed()
    assert list_sent() == ()
    assert find_sent(message.id) is None


def test_what_cannot_be_read_is_left_out_of_the_inbox() -> None:
    one, other = mailed(), mailed(to="grace@example.com")
    # Copied to another row it does not open.
    sealed = Message.objects.filter(id=one.id).values_list("payload", flat=True).get()
    Message.objects.filter(id=other.id).update(payload=sealed)
    assert [sent.id for sent in list_sent()] == [one.id]
    assert find_sent(other.id) is None
