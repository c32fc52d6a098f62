"""The database backend of `idp.config.databases`: Django's own, but for one question.

Stock Django asks the server `SELECT 1` in each request before its first statement, so that a connection that broke meanwhile is
replaced unnoticed. That is a round trip for each token. Here it is asked once in a few seconds: a connection breaks while it
idles, and of a server that restarts under load requests fail anyway.
"""

from django.db.backends.postgresql import base

from idp.core import clock

# How long a connection that answered counts as one that answers.
_TRUST_SECONDS = 5.0
_NEVER = float("-inf")


class DatabaseWrapper(base.DatabaseWrapper):
    """Django looks for a class of this name."""

    _answered_at = _NEVER

    def is_usable(self) -> bool:
        """Whether the connection answers, or did a moment ago and nothing failed since."""
        moment = clock.monotonic()
        if not self.errors_occurred and moment - self._answered_at < _TRUST_SECONDS:
            return True
        usable = super().is_usable()
        self._answered_at = moment if usable else _NEVER
        return usable
