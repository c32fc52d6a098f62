"""Registers the shop with Django."""

from django.apps import AppConfig


class ShopConfig(AppConfig):
    """The one app of this service."""

    name = "example_backend.shop"
    label = "shop"
