"""Registers the accounts with Django and connects what they listen to: the audit trail, for telling people of changes."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The accounts as a Django app."""

    name = "idp.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Connect the receivers; models exist only from here on."""
        from idp.accounts import receivers  # noqa: PLC0415 - Django forbids model imports before this point

        receivers.connect()
