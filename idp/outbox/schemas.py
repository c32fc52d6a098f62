"""What the outbox holds of a mail and of a text message. Sealed with the message's row; nothing of it stands in a column."""

import datetime as dt

from idp.core.types import Schema


class Mail(Schema):
    """One mail to one person, as both of its forms."""

    to: str
    subject: str
    plain: str
    html: str
    # After this it must not arrive any more, however late somebody sends it again.
    useful_until: dt.datetime | None = None


class TextMessage(Schema):
    """One text message to one phone."""

    to: str
    body: str
    useful_until: dt.datetime | None = None
