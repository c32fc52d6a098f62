"""Registers the app with Django and connects what it listens to: news of accounts that end sessions. Announces its clean-up."""

from django.apps import AppConfig

from idp.core import clock
from idp.core.chores import Chore, register

_EVERY_SECONDS = 3600


class LoginConfig(AppConfig):
    """Sign-in and its sessions."""

    name = "idp.login"
    label = "login"

    def ready(self) -> None:
        """Connect the receivers and announce the clean-up; models exist only from here on."""
        from idp.login import receivers  # noqa: PLC0415 - Django forbids model imports before this point
        from idp.login.services.forget_stale import forget_stale  # noqa: PLC0415 - the same

        receivers.connect()
        register(Chore("login-forget-stale", clock.seconds(_EVERY_SECONDS), forget_stale))
