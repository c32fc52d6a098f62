"""The database backend of `idp.config.databases`: Django's own, but for one question.

Stock Django asks the server `SELECT 1` in each request before its first statement, so that a connection that broke meanwhile is
replaced unnoticed. That is a round trip for each token. Here the server is asked once in a few seconds, and in between the
operating system, which knows of a server that ended or restarted, costs no round trip. What neither tells, such as a network
that drops everything, fails the requests of a moment: answered 503, and asked again before the next one.
"""

import select

from django.db.backends.postgresql import base

from idp.core import clock

# How long a connection that answered counts as one that answers.
_TRUST_SECONDS = 5.0
_NEVER = float("-inf")


class DatabaseWrapper(base.DatabaseWrapper):
    """Django looks for a class of this name."""

    _answered_at = _NEVER

    def is_usable(self) -> bool:
        """Whether the connection answers, or did a moment ago and nothing failed or came since."""
        moment = clock.monotonic()
        if not self.errors_occurred and moment - self._answered_at < _TRUST_SECONDS and self._is_silent():
            return True
        usable = super().is_usable()
        self._answered_at = moment if usable else _NEVER
        return usable

    def _is_silent(self) -> bool:
        """Whether nothing waits to be read: between statements a server says nothing but that it ends."""
        if self.connection is None or self.connection.closed:
            return False
        line = select.poll()
        line.register(self.connection.fileno(), select.POLLIN)
        return not line.poll(0)
