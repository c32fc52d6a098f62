"""Registers the shop with Django."""

from django.apps import AppConfig


class ShopConfig(AppConfig):
    """The one app of this service."""

    name = "example_backend.shop"
    label = "shop"

    def ready(self) -> None:
        """Connect to the provider's events."""
        from example_backend.shop import events  # noqa: PLC0415 - it needs the models, which are loaded by now

        events.connect()
