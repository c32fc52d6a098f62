"""Registers the app with Django and connects what it listens to: news of accounts that end sessions."""

from django.apps import AppConfig


class LoginConfig(AppConfig):
    """Sign-in and its sessions."""

    name = "idp.login"
    label = "login"

    def ready(self) -> None:
        """Connect the receivers; models exist only from here on."""
        from idp.login import receivers  # noqa: PLC0415 - Django forbids model imports before this point

        receivers.connect()
