"""Registers the receiver of events with Django: two small tables, and a check that its secret is set."""

from django.apps import AppConfig
from django.core.exceptions import ImproperlyConfigured

from fashionistar_auth.conf import get_settings


class FashionistarEventsConfig(AppConfig):
    """The receiver of events as an app of its own, for services that want one."""

    name = "fashionistar_auth.events"
    label = "fashionistar_events"
    verbose_name = "Fashionistar account events"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Raises: ImproperlyConfigured when anybody could send us events."""
        if get_settings().events_secret is None:
            raise ImproperlyConfigured(
                "FASHIONISTAR_AUTH cannot be used:\n  EVENTS_SECRET: fashionistar_auth.events needs it"
            )
