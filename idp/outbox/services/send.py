"""Write a mail or a text message in the transaction of the change it is about. The one door for every caller.

The words are final here: a template that is missing or wrong shows where it was asked for, not in the worker days later.
"""

import datetime as dt
import uuid
from collections.abc import Mapping

from idp.core.specs import implements
from idp.outbox.channels.mail import MAIL
from idp.outbox.channels.texts import TEXT
from idp.outbox.schemas import Mail, TextMessage
from idp.outbox.services.enqueue import enqueue
from idp.outbox.text_processor import render_mail, render_text


@implements("OWASP ASVS 5.0", "14.2.4")
def send_mail(
    *,
    to: str,
    template: str,
    context: Mapping[str, str] | None = None,
    language: str = "",
    useful_until: dt.datetime | None = None,
) -> uuid.UUID:
    """The id of the message. `to` is a stored address, never one taken from the request that asks for the mail.

    After `useful_until` it is not delivered any more. Raises `OutsideTransaction`, `UnknownTemplate`.
    """
    words = render_mail(template=template, context=context or {}, language=language)
    mail = Mail(to=to, subject=words.subject, plain=words.plain, html=words.html, useful_until=useful_until)
    # All mail has one receiver for the worker's fairness: the server. An address in that column would lie there in clear.
    return enqueue(kind=MAIL, payload=mail, receiver=MAIL, recipient=to, expires_at=useful_until)


def send_text(
    *,
    to: str,
    template: str,
    context: Mapping[str, str] | None = None,
    language: str = "",
    useful_until: dt.datetime | None = None,
) -> uuid.UUID:
    """The same for a text message to a phone number in E.164."""
    body = render_text(template=template, context=context or {}, language=language)
    message = TextMessage(to=to, body=body, useful_until=useful_until)
    return enqueue(kind=TEXT, payload=message, receiver=TEXT, recipient=to, expires_at=useful_until)
