"""What a proof is judged by, and what a method of client authentication says when it does not hold."""

import datetime as dt
from typing import Protocol


class NotProven(Exception):
    """The client did not prove itself; the text is for the log, because every caller hears the same words."""


class HasSecret(Protocol):
    """What a secret is compared with: a client's row, or a copy of these columns."""

    @property
    def token_endpoint_auth_method(self) -> str:
        """The one method the client is registered for."""
        ...

    @property
    def client_secret(self) -> str:
        """The digest of its secret, "" without one."""
        ...

    @property
    def previous_client_secret(self) -> str:
        """The digest of the secret before it."""
        ...

    @property
    def previous_client_secret_until(self) -> dt.datetime | None:
        """How long that one is good."""
        ...
