"""What is asked for, and where: kept with the message for the worker and with the key that comes of it."""

from enum import StrEnum

from idp.core.types import Schema


class Via(StrEnum):
    """How somebody showed that the address is theirs."""

    MAIL = "mail"
    TEXT = "text"


class Place(Schema):
    """The sign-in that was interrupted: in the same browser it goes on. Proves nothing."""

    uid: str
    browser: str
    return_to: str
    client_name: str = ""


class RecoveryAsked(Schema):
    """Somebody says they forgot the password of the account with this address, as typed."""

    identifier: str
    place: Place
