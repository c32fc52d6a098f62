"""Registers the app with Django, announces the message that the worker answers, and the clean-up."""

from django.apps import AppConfig

from idp.core import clock
from idp.core.chores import Chore, register

_EVERY_SECONDS = 3600


class RecoveryConfig(AppConfig):
    """Forgotten passwords."""

    name = "idp.recovery"
    label = "recovery"

    def ready(self) -> None:
        """Models exist only from here on."""
        from idp.outbox.handlers import register_handler  # noqa: PLC0415 - Django forbids model imports before this point
        from idp.recovery.services.answer import handler  # noqa: PLC0415 - the same
        from idp.recovery.services.forget_stale import forget_stale  # noqa: PLC0415 - the same

        register_handler(handler())
        register(Chore("recovery-forget-stale", clock.seconds(_EVERY_SECONDS), forget_stale))
