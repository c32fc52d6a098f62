"""What can go wrong here: only a fault of our own code that tries to rewrite history."""

from idp.core.errors import Unexpected


class HistoryIsFixed(Unexpected):
    """Something tried to change or delete a security event; the person sees the general sentence."""
