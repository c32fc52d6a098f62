"""Registers the privacy desk with Django, and the erasure among the worker's chores."""

from django.apps import AppConfig

from idp.core import clock
from idp.core.chores import Chore, register


class PrivacyConfig(AppConfig):
    """Export, deletion, restriction, consent to news."""

    name = "idp.privacy"
    label = "privacy"

    def ready(self) -> None:
        """Announce the chore, and hear of accounts that find their owner."""
        from idp.privacy import receivers  # noqa: PLC0415 - Django forbids model imports before this point
        from idp.privacy.services.erase import erase_due_accounts  # noqa: PLC0415 - the same

        receivers.connect()
        register(Chore("privacy-erase-accounts", clock.seconds(3600), erase_due_accounts))
