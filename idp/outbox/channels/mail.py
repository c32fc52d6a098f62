"""Mail by SMTP (RFC 5321), through Django's backend; never in clear where the operator asked for TLS.

A repeat after a lost answer carries the same Message-ID, by which mail systems tell it from a second mail.
"""

import logging
import smtplib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.utils import formatdate
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from idp.core import clock
from idp.core.specs import implements
from idp.outbox.channels.kept import are_readable_here, require_useful
from idp.outbox.errors import TryLater, Undeliverable
from idp.outbox.schemas import Mail
from idp.outbox.types import Delivery, Handler

logger = logging.getLogger("idp.outbox.mail")

MAIL = "mail"
# The whole conversation; a worker's lease is half a minute.
_SECONDS = 15.0
# News of an account is worth trying for days; a code says itself how long it is of use.
_LIFETIME_SECONDS = 3 * 24 * 3600


def deliver_mail(delivery: Delivery[Mail]) -> None:
    """One conversation with the mail server. Raises `TryLater` or `Undeliverable`."""
    require_useful(delivery.payload.useful_until)
    if not settings.EMAIL_HOST:
        _stay_here(delivery)
        return
    try:
        _send(_composed(delivery))
    except smtplib.SMTPRecipientsRefused as exc:
        code = max(code for code, _text in exc.recipients.values())
        raise _refusal(code, "the mail server refuses this recipient") from exc
    except smtplib.SMTPDataError as exc:
        raise _refusal(exc.smtp_code, "the mail server refuses this mail") from exc
    except smtplib.SMTPResponseException as exc:
        # Before the mail itself: sign-in or sender, which the operator can put right.
        raise TryLater(f"the mail server answered {exc.smtp_code} ({type(exc).__name__})") from exc
    except (smtplib.SMTPException, OSError) as exc:
        raise TryLater(f"no conversation with the mail server ({type(exc).__name__})") from exc


def handler() -> Handler[Mail]:
    """The kind `mail`."""
    return Handler(
        kind=MAIL,
        schema=Mail,
        deliver=deliver_mail,
        lifetime=clock.seconds(_LIFETIME_SECONDS),
        keeps_delivered=are_readable_here,
        keeps_given_up=are_readable_here,
    )


def _stay_here(delivery: Delivery[Mail]) -> None:
    """No mail server: on a developer's machine the outbox is the inbox. Raises `TryLater` elsewhere."""
    if not are_readable_here():
        raise TryLater("no mail server is configured (IDP_MAIL_HOST)")
    logger.info("mail kept in the outbox, which is the inbox here", extra={"message_id": str(delivery.id)})


@implements("RFC 5321", "4.2.1")
def _refusal(code: int, sentence: str) -> TryLater | Undeliverable:
    """4yz asks to come back, 5yz says that coming back changes nothing."""
    kind = TryLater if code < 500 else Undeliverable
    return kind(f"{sentence} ({code})")


@implements("RFC 3834", "5")
def _composed(delivery: Delivery[Mail]) -> EmailMultiAlternatives:
    mail = delivery.payload
    composed = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.plain,
        to=[mail.to],
        headers={
            "Message-ID": f"<{delivery.id}@{settings.ENVIRONMENT.issuer_host}>",
            "Date": formatdate(clock.now().timestamp()),
            # No holiday notice comes back to a code.
            "Auto-Submitted": "auto-generated",
        },
    )
    composed.attach_alternative(mail.html, "text/html")
    return composed


def _send(composed: EmailMultiAlternatives) -> None:
    """Within `_SECONDS` in all. Raises `smtplib.SMTPException`, `OSError`."""
    backend: Any = get_connection()
    with _hung_up_after(_SECONDS, backend):
        backend.send_messages([composed])


@contextmanager
def _hung_up_after(seconds: float, backend: Any) -> Iterator[None]:  # noqa: ANN401 - the backend that the settings name
    """Each step has its own time-out; a server that answers each just in time must not outlast the lease all the same."""

    def hang_up() -> None:
        stream = getattr(getattr(backend, "connection", None), "sock", None)
        if stream is not None:
            # Closing alone would not wake the thread that reads; there may be nothing left to shut down.
            with suppress(OSError):
                stream.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
