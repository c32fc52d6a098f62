"""Registers the copies with Django, and the chore that forgets marks nobody could deliver."""

from django.apps import AppConfig

from idp.core import clock
from idp.core.chores import Chore, register


class CopiesConfig(AppConfig):
    """Copies of rows as a Django app."""

    name = "idp.copies"
    label = "copies"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Announce the chore."""
        # It needs the models, which are loaded by now.
        from idp.copies.trust import forget_old_marks  # noqa: PLC0415

        register(Chore("forget_undelivered_marks", clock.seconds(600), forget_old_marks))
